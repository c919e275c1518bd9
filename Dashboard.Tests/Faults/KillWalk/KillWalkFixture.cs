using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Faults.KillWalk;

/// <summary>A server to kill, with a container that must not notice.</summary>
public sealed class KillWalkFixture : IAsyncLifetime
{
    public const string Steady = "steady";
    private DashboardServer? _server;

    internal DashboardServer Server => _server ?? throw new InvalidOperationException("the server did not start");

    /// <summary>A file with the image <c>loaded:1</c>: busybox with a layer more.</summary>
    public string Archive { get; private set; } = "";

    public string SteadyPid { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _server = await DashboardServer.StartAsync();
        var docker = _server.Docker;
        (await docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
        Archive = Path.Combine(Path.GetDirectoryName(_server.SocketPath)!, "image.tar");
        await File.WriteAllBytesAsync(Archive, TestImages.Of("loaded:1", null, new LayerBuilder().File("more", "more").ToArray()).ToDockerArchive());
        await docker.OkAsync("run", "-d", "--name", Steady, "-p", "8089:80", TestImages.Busybox, "sh", "-c", "mkdir /www; echo served > /www/index.html; httpd -f -p 80 -h /www");
        SteadyPid = await docker.OkAsync("inspect", "--format", "{{.State.Pid}}", Steady);
        // Its directory of execs is made at the first.
        await docker.OkAsync("exec", Steady, "true");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }
}
