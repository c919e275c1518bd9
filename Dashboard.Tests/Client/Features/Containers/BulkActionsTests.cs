using Bunit;
using Dashboard.Client;
using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Dashboard.Client.Features.Containers;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Client.Features.Containers;

public sealed class BulkActionsTests : BunitContext, IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private FakeDockerApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        _api = await FakeDockerApi.StartAsync();
        MemoryPreferences.AddTo(Services);
        Services.AddSingleton<IDockerEndpoints>(new FakeEndpoints(_api));
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsyncCore();
        await _api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Start_RefusedByTheEngine_IsSummedUpInItsWords()
    {
        _api.Images.RefusesToStart = (500, "port is already allocated");
        var bar = Bar(Item("web", ContainerCondition.Exited), Item("db", ContainerCondition.Created), Item("cache", ContainerCondition.Running));

        bar.Find("[data-testid=bulk-start]").Click();

        bar.WaitForAssertion(() => Assert.Equal("0 of 2 started.", bar.Find("[data-testid=bulk-result] span").TextContent), s_limit);
        Assert.Equal(["web port is already allocated", "db port is already allocated"], bar.FindAll("[data-testid=bulk-result] p").Select(line => line.TextContent));
    }

    [Fact]
    public void Start_OnlyWhatStands_IsAskedOfTheEngine()
    {
        var bar = Bar(Item("web", ContainerCondition.Exited), Item("cache", ContainerCondition.Running));

        bar.Find("[data-testid=bulk-start]").Click();

        bar.WaitForAssertion(() => Assert.Equal("1 of 1 started.", bar.Find("[data-testid=bulk-result] span").TextContent), s_limit);
        Assert.Equal(["/containers/web/start"], _api.Requests.Where(path => path.EndsWith("/start", StringComparison.Ordinal)));
    }

    [Fact]
    public void Bar_NothingFits_OffersNoSuchAction()
    {
        var bar = Bar(Item("web", ContainerCondition.Exited));

        Assert.False(bar.Find("[data-testid=bulk-start]").HasAttribute("disabled"));
        Assert.True(bar.Find("[data-testid=bulk-stop]").HasAttribute("disabled"));
    }

    [Fact]
    public void Bar_NothingSelected_IsNotThere() => Assert.Empty(Bar().FindAll("[data-testid=selection-bar]"));

    private IRenderedComponent<SelectionBar> Bar(params ContainerItem[] items) => Render<SelectionBar>(parameters => parameters.Add(bar => bar.Items, items));

    private static ContainerItem Item(string name, ContainerCondition condition) => new()
    {
        Id = name,
        Name = name,
        Image = "app",
        ImageId = "sha256:app",
        Command = "",
        Condition = condition,
        Status = "",
        Created = DateTimeOffset.UnixEpoch,
        Ports = new([]),
    };
}
