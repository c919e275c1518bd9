using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Faults;

/// <summary>Two servers never share a root: the second says who holds it, and the first does not notice.</summary>
public sealed class SecondInstanceTests : IAsyncLifetime
{
    private DashboardServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await DashboardServer.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Start_SameDataRoot_IsRefusedInOneSentence() => await AssertRefusedAsync(_server.DataRoot, _server.RunRoot + "-2", _server.DataRoot);

    [Fact]
    public async Task Start_SameRunRoot_IsRefusedInOneSentence() => await AssertRefusedAsync(_server.DataRoot + "-2", _server.RunRoot, _server.RunRoot);

    [Fact]
    public async Task Start_AfterTheHolderWasKilled_IsNotRefused()
    {
        await _server.KillAsync();
        await _server.RestartAsync();

        await _server.Docker.OkAsync("ps");
    }

    private async Task AssertRefusedAsync(string dataRoot, string runRoot, string named)
    {
        var second = await new Command(
        [
            .. _server.Network.Inside, "dotnet", TestPlaces.ServerAssembly, "--urls", "http://127.0.0.1:0", "--docker-host", "unix://" + _server.SocketPath + "-2",
            "--data-root", dataRoot, "--run-root", runRoot,
        ]).RunAsync();

        second.MustExit(1);
        var sentence = Assert.Single(second.Stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"Dashboard: {named} is in use by another instance (process {_server.Pid})", sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("export DOCKER_HOST", second.Stdout, StringComparison.Ordinal);
        await _server.Docker.OkAsync("ps");
    }
}
