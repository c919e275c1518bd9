using Dashboard.Engine.Containers;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Engine.Containers.Health;

/// <summary>Checks through a restart of the engine and the end of a container.</summary>
public sealed class HealthRestartTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private RealEngine engine = null!;

    public async ValueTask InitializeAsync() => engine = await RealEngine.StartAsync();

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Restart_CheckedContainer_IsKnownAndCheckedOn()
    {
        var id = await CreateAsync("test ! -f /ill");
        await engine.Containers.StartAsync(id, CancellationToken.None);
        await StatusAsync(id, ContainerHealth.Healthy);

        await engine.RestartAsync();

        Assert.Equal(ContainerHealth.Healthy, Health(id)!.Status);
        var exec = await engine.Containers.CreateExecAsync(id, new ExecConfig { Cmd = ["touch", "/ill"] }, CancellationToken.None);
        await engine.Containers.StartExecAsync(exec, detach: true, tty: false, null, CancellationToken.None);
        await StatusAsync(id, ContainerHealth.Unhealthy);
    }

    [Fact]
    public async Task Checks_Many_LeaveNoRecordsBehind()
    {
        var id = await CreateAsync("echo run >> /runs");
        await engine.Containers.StartAsync(id, CancellationToken.None);
        await Eventually.TrueAsync(() => Health(id)?.Log.Count == 5, Patience, () => $"{Health(id)?.Log.Count} checks");

        await engine.Containers.PauseAsync(id, CancellationToken.None);

        var records = Path.Combine(engine.Options.BundleDir(id), "exec");
        await Eventually.TrueAsync(() => !Directory.Exists(records) || Directory.GetFiles(records).Length <= 1, Patience, () => string.Join(' ', Directory.GetFiles(records)));
    }

    [Fact]
    public async Task End_WhileACheckRuns_EndsTheCheck()
    {
        var id = await CreateAsync("touch /checking; exec sleep 65432");
        await engine.Containers.StartAsync(id, CancellationToken.None);
        await Eventually.TrueAsync(() => Checking(id), Patience, () => "the check does not run");

        await engine.Containers.RemoveAsync(id, force: true, removeVolumes: false, CancellationToken.None);

        Assert.DoesNotContain(engine.Containers.List(), container => container.Id == id);
        await Eventually.TrueAsync(() => !Checking(id), Patience, () => "the check goes on");
    }

    private Task<string> CreateAsync(string check) => engine.CreateAsync(
        host => host,
        config => config with { StopSignal = "SIGKILL", Healthcheck = new HealthConfig { Test = ["CMD-SHELL", check], Interval = 100_000_000, Retries = 1 } },
        "sleep", "3600");

    private static bool Checking(string id) => HostState.Processes(id).Values.Any(line => line.StartsWith("sleep 65432", StringComparison.Ordinal));

    private ContainerHealth? Health(string id) => engine.Containers.Get(id).State.Health;

    private Task StatusAsync(string id, string status) =>
        Eventually.TrueAsync(() => Health(id)?.Status == status, Patience, () => $"{Health(id)?.Status} and not {status}");
}
