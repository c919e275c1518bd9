using Dashboard.Tests.Contracts.Differential.Scenarios;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts.Differential;

/// <summary>
/// Runs all scenarios once against a real dockerd and against ours, both at the same time, each in a network of its own, and
/// keeps what differs.
/// </summary>
public sealed class DifferentialFixture : IAsyncLifetime
{
    private readonly List<Difference> _differences = [];

    internal static IReadOnlyList<Scenario> Scenarios { get; } =
    [
        SystemScenario.Make(),
        MalformedScenario.Make(),
        ContainerCreateScenario.Make(),
        ContainerListScenario.Make(),
        ContainerLifeScenario.Make(),
        ContainerInspectScenario.Make(),
        ContainerStreamScenario.Make(),
        ContainerFilesScenario.Make(),
        ExecScenario.Make(),
        ImageScenario.Make(),
        VolumeScenario.Make(),
        NetworkScenario.Make(),
        EventScenario.Make(),
    ];

    internal IReadOnlyList<Difference> Differences => _differences;

    public async ValueTask InitializeAsync()
    {
        await using var theirs = await RealDockerd.StartAsync();
        await using var ours = await DashboardServer.StartAsync();
        foreach (var host in (IDockerHost[])[theirs, ours])
            (await host.Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
        var comparison = new Comparison(new Normal(theirs), new Normal(ours));
        var (one, other) = (new Recorder(theirs), new Recorder(ours));
        foreach (var scenario in Scenarios)
        {
            var both = await Task.WhenAll(one.RunAsync(scenario), other.RunAsync(scenario));
            for (var i = 0; i < scenario.Steps.Count; i++)
                _differences.AddRange(comparison.Of(scenario.Steps[i], both[0][i], both[1][i]).Select(what => new Difference(scenario.Name, scenario.Steps[i], what)));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
