using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>A server of the test's own, to kill and to start again, with busybox on it.</summary>
public abstract class OwnServerTest : IAsyncLifetime
{
    private DashboardServer? _server;

    private protected DashboardServer Server => _server ?? throw new InvalidOperationException("the server did not start");
    private protected DockerCli Docker => Server.Docker;

    public async ValueTask InitializeAsync()
    {
        _server = await DashboardServer.StartAsync();
        (await Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>Until port 8088 of the host, asked from outside, gives a page that says "served".</summary>
    private protected Task ServesAsync() => Eventually.GetAsync<object>(
        async () => (await Server.Network.RunOutsideAsync("curl", "-sS", "-m", "5", $"http://{Server.Network.Address}:8088/")).Text == "served" ? "" : null,
        TimeSpan.FromSeconds(15),
        () => "the published port does not answer");
}
