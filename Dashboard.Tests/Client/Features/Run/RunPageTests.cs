using Bunit;
using Dashboard.Client;
using Dashboard.Client.Connections;
using Dashboard.Client.Features.Run;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Client.Features.Run;

public sealed class RunPageTests : BunitContext, IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private FakeDockerApi _api = null!;

    public async ValueTask InitializeAsync()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        _api = await FakeDockerApi.StartAsync();
        _api.Images.Add("app", "app:1", "app:latest");
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
    public void Image_InTheUrl_IsChosenAndSaysWhatItRuns()
    {
        var page = Page();

        page.WaitForAssertion(() => Assert.Equal("serve 'two words'", page.Find("#run-command").GetAttribute("placeholder")), s_limit);
        page.WaitForAssertion(() => Assert.Equal(["", "app:1", "app:latest"], page.FindAll("#run-image option").Select(option => option.GetAttribute("value"))), s_limit);
        Assert.Equal("app:1", page.Find("#run-image").GetAttribute("value"));
        Assert.Equal("docker run -d \\\n  app:1", Line(page));
    }

    [Fact]
    public void Typing_Fields_AreCheckedAndShownAsACommand()
    {
        var page = Page();

        page.Find("#run-name").Input("web!");
        page.Find("#run-memory").Input("1m");
        page.WaitForAssertion(() => Assert.StartsWith("Invalid container name (web!)", page.Find("[data-testid=problem-name]").TextContent), s_limit);
        page.WaitForAssertion(() => Assert.Equal("Minimum memory limit allowed is 6MB", page.Find("[data-testid=problem-memory]").TextContent), s_limit);
        Assert.Equal("true", page.Find("#run-memory").GetAttribute("aria-invalid"));
        page.Find("#run").Submit();
        Assert.Empty(_api.Images.Created);

        page.Find("#run-name").Input("web");
        page.Find("#run-memory").Input("64m");
        page.Find("[data-testid=port-exposed]").Click();
        page.WaitForAssertion(() => Assert.Equal("docker run -d \\\n  --name web \\\n  -p 80:80 \\\n  -m 64m \\\n  app:1", Line(page)), s_limit);
    }

    [Fact]
    public void Run_Right_CreatesStartsAndGoesThere()
    {
        var page = Page();
        page.Find("#run-name").Input("web");

        page.Find("#run").Submit();

        page.WaitForAssertion(() => Assert.EndsWith("containers/cccccccccccc", Services.GetRequiredService<NavigationManager>().Uri), s_limit);
        Assert.Equal("app:1", _api.Images.Created["web"].GetProperty("Image").GetString());
        Assert.Empty(_api.Images.Removed);
    }

    [Fact]
    public void Refusal_OfAField_IsShownAtIt()
    {
        _api.Images.RefusesToCreate = (409, "Conflict. The container name \"/web\" is already in use by container \"x\".");
        var page = Page();
        page.Find("#run-name").Input("web");

        page.Find("#run").Submit();

        page.WaitForAssertion(() => Assert.StartsWith("Conflict. The container name", page.Find("[data-testid=problem-name]").TextContent), s_limit);
        Assert.Empty(page.FindAll("[data-testid=run-refusal]"));
        // What goes on elsewhere does not take it away.
        var renders = page.RenderCount;
        _api.Emit(_api.Add(new FakeContainer("web2")), "create");
        page.WaitForAssertion(() => Assert.True(page.RenderCount > renders && Services.GetRequiredService<CurrentConnection>().Connection!.Containers.FindReference("web2") is not null), s_limit);
        Assert.StartsWith("Conflict. The container name", page.Find("[data-testid=problem-name]").TextContent);
        page.Find("#run-name").Input("web3");
        page.WaitForAssertion(() => Assert.Equal("", page.Find("[data-testid=problem-name]").TextContent), s_limit);
    }

    [Fact]
    public void Start_Refused_IsShownAndTheContainerTakenAway()
    {
        _api.Images.RefusesToStart = (500, "no space left on device");
        var page = Page();

        page.Find("#run").Submit();

        page.WaitForAssertion(() => Assert.Contains("no space left on device", page.Find("[data-testid=run-refusal]").TextContent), s_limit);
        Assert.Equal([new string('c', 64)], _api.Images.Removed);
    }

    private IRenderedComponent<RunPage> Page()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("run?image=app:1");
        var page = Render<RunPage>();
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("[data-testid=port-exposed]")), s_limit);
        return page;
    }

    private static string Line(IRenderedComponent<RunPage> page) => page.Find("[data-testid=run-line]").TextContent;
}
