using Bunit;
using Dashboard.Client.Connections;
using Dashboard.Client.Features.Containers.Stats;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Client.Features;

public sealed class StatsPaneTests : BunitContext, IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private BunitJSModuleInterop _charts = null!;
    private FakeDockerApi _api = null!;
    private FakeContainer _box = null!;
    private DockerConnection _connection = null!;

    public async ValueTask InitializeAsync()
    {
        var module = JSInterop.SetupModule("./_content/Dashboard.Client/Components/Charts/LiveChart.razor.js");
        _charts = module.SetupModule("create", _ => true);
        _charts.Mode = JSRuntimeMode.Loose;
        MemoryPreferences.AddTo(Services);
        _api = await FakeDockerApi.StartAsync();
        _api.StatsInterval = TimeSpan.FromSeconds(0.3);
        _box = _api.Add(new FakeContainer("box") { MemoryLimit = 256L << 20, NanoCpus = 500_000_000 });
        _connection = TestConnection.To(_api);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsyncCore();
        await _connection.DisposeAsync();
        await _api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Running_Values_AreShownWithTheirLimits()
    {
        var pane = Pane();

        pane.WaitForAssertion(() => Assert.Matches(@"^\d\.\d\d of 0\.5 CPUs$", Value(pane, "cpu-value")), s_limit);
        pane.WaitForAssertion(() => Assert.Matches(@"^11\.\d MiB of 256 MiB$", Value(pane, "memory-value")), s_limit);
        Assert.Matches(@"^1\d,\d{3},\d{3} bytes$", pane.Find("[data-testid=memory-value]").GetAttribute("title"));
        Assert.Equal(4, pane.FindAll("[role=img]").Count);
        Assert.StartsWith("Memory: 11.", pane.Find("[data-testid=memory-chart] [role=img]").GetAttribute("aria-label"));
        Assert.Empty(pane.FindAll("[data-testid=stats-note]"));
    }

    [Fact]
    public void Charts_Points_AreSentOnceEach()
    {
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.True(Sent().Count >= 12), s_limit);

        // Four charts of one container have the same times.
        Assert.All(Sent().SelectMany(times => times).GroupBy(time => time), time => Assert.InRange(time.Count(), 1, 4));
    }

    [Fact]
    public void Stopped_Container_SaysSoAndKeepsTheValues()
    {
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.Contains("of 256 MiB", Value(pane, "memory-value")), s_limit);

        _api.Stop(_box);

        pane.WaitForAssertion(() => Assert.StartsWith("The container is not running", Value(pane, "stats-note")), s_limit);
        Assert.Contains("of 256 MiB", Value(pane, "memory-value"));
        Assert.Equal(4, pane.FindAll("[role=img]").Count);
    }

    [Fact]
    public async Task Engine_Away_SaysSo()
    {
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.Contains("of 256 MiB", Value(pane, "memory-value")), s_limit);

        await _api.GoAwayAsync();

        pane.WaitForAssertion(() => Assert.StartsWith("No measurements at this moment", Value(pane, "stats-note")), s_limit);
    }

    [Fact]
    public void Limits_Updated_AreShown()
    {
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.Contains("of 0.5 CPUs", Value(pane, "cpu-value")), s_limit);

        _box.NanoCpus = 2_000_000_000;
        _api.Emit(_box, "update");

        pane.WaitForAssertion(() => Assert.Contains("of 2 CPUs", Value(pane, "cpu-value")), s_limit);
    }

    [Fact]
    public async Task Pane_InactiveOrGone_MeasuresNothing()
    {
        var pane = Pane();
        pane.WaitForAssertion(() => Assert.Equal(1, _connection.Stats.Ticked.Subscribers), s_limit);
        pane.Render(parameters => parameters.Add(each => each.Active, false));
        Assert.Equal((0, 0), (_connection.Stats.Ticked.Subscribers, _connection.Containers.Changed.Subscribers));
        pane.Render(parameters => parameters.Add(each => each.Active, true));
        Assert.Equal(1, _connection.Stats.Ticked.Subscribers);

        await DisposeComponentsAsync();

        Assert.Equal((0, 0), (_connection.Stats.Ticked.Subscribers, _connection.Containers.Changed.Subscribers));
    }

    private List<long[]> Sent() => [.. _charts.Invocations["append"].Select(each => (long[])each.Arguments[0]!)];

    private IRenderedComponent<StatsPane> Pane() => Render<StatsPane>(parameters => parameters.Add(each => each.Connection, _connection).Add(each => each.ContainerId, _box.Id));

    private static string Value(IRenderedComponent<StatsPane> pane, string id) => pane.Find($"[data-testid={id}]").TextContent.Trim();
}
