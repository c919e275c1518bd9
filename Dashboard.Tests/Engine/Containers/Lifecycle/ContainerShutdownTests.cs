using Dashboard.Engine.Containers;

namespace Dashboard.Tests.Engine.Containers.Lifecycle;

/// <summary>An engine that takes its containers with it, over the real runtime.</summary>
public sealed class ContainerShutdownTests : IAsyncLifetime
{
    private const string Patient = "trap 'exit 3' TERM; : > /ready; while :; do sleep 0.05; done";
    private RealEngine engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => engine = await RealEngine.StartAsync(stopContainersOnExit: true);

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Stop_OfTheEngine_StopsAllAndKeepsTheirPolicies()
    {
        var plain = await StartedAsync("", Patient);
        var always = await StartedAsync("always", Patient);
        var unlessStopped = await StartedAsync("unless-stopped", Patient);
        var stoppedBefore = await StartedAsync("unless-stopped", Patient);
        await engine.Containers.StopAsync(stoppedBefore, null, 10, Token);
        var paused = await StartedAsync("", Patient);
        await engine.Containers.PauseAsync(paused, Token);
        var restarting = await StartedAsync("on-failure", "exit 4");
        await Shared.Eventually.TrueAsync(() => StatusOf(restarting) is ContainerStatus.Restarting, TimeSpan.FromSeconds(20), () => $"it is {StatusOf(restarting)}");

        await engine.RestartAsync();

        Assert.Equal((ContainerStatus.Exited, 3), (StatusOf(plain), engine.Containers.Get(plain).State.ExitCode));
        Assert.Equal((ContainerStatus.Exited, 3), (StatusOf(paused), engine.Containers.Get(paused).State.ExitCode));
        Assert.Equal(ContainerStatus.Running, StatusOf(always));
        Assert.Equal(ContainerStatus.Running, StatusOf(unlessStopped));
        Assert.Equal(ContainerStatus.Exited, StatusOf(stoppedBefore));
        Assert.NotEqual(ContainerStatus.Exited, StatusOf(restarting));
        Assert.Empty(engine.Log.Errors);
    }

    [Fact]
    public async Task Stop_WhileContainersEndByThemselves_IsNoError()
    {
        for (var i = 0; i < 20; i++) await StartedAsync("", $"sleep 0.{i}");

        await engine.RestartAsync();

        Assert.All(engine.Containers.List(), container => Assert.Equal(ContainerStatus.Exited, container.State.Status));
        Assert.Empty(engine.Log.Errors);
    }

    private ContainerStatus StatusOf(string id) => engine.Containers.Get(id).State.Status;

    private async Task<string> StartedAsync(string policy, string script)
    {
        var id = await engine.CreateAsync(host => host with { RestartPolicy = host.RestartPolicy with { Name = policy } }, config => config with { StopTimeout = 20 }, "sh", "-c", script);
        await engine.Containers.StartAsync(id, Token);
        if (script == Patient)
        {
            var ready = $"/proc/{engine.Containers.Get(id).State.Pid}/root/ready";
            await Shared.Eventually.TrueAsync(() => File.Exists(ready), TimeSpan.FromSeconds(20), () => $"{id} is not ready");
        }
        return id;
    }
}
