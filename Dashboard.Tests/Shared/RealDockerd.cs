namespace Dashboard.Tests.Shared;

/// <summary>Debian's dockerd 20.10 (API 1.41) with its own containerd, roots, cgroup parent and network namespace: the yardstick.</summary>
internal sealed class RealDockerd : IDockerHost
{
    private readonly string _work;
    private readonly RunningCommand _daemon;
    private readonly bool _ownsNetwork;

    private RealDockerd(string work, TestNetwork network, bool ownsNetwork, RunningCommand daemon, DockerCli docker)
    {
        _ownsNetwork = ownsNetwork;
        _work = work;
        _daemon = daemon;
        Network = network;
        Docker = docker;
    }

    public TestNetwork Network { get; }
    public DockerCli Docker { get; }
    public string SocketPath => SocketIn(_work);
    public string DataRoot => Path.Combine(_work, "data");
    public string RunRoot => Path.Combine(_work, "run");
    public string CgroupMark => Path.GetFileName(_work);
    public bool IsDashboard => false;
    public string LogTail => string.Join('\n', _daemon.StderrSoFar.Split('\n').TakeLast(30));
    public int Pid => _daemon.Pid;

    /// <param name="shared">A network that another engine lives in too; its maker disposes it. Null makes one.</param>
    public static async Task<RealDockerd> StartAsync(TestNetwork? shared = null)
    {
        var tree = await DebianPackages.DockerAsync();
        var work = TestPlaces.NewWorkDirectory("dockerd");
        var network = shared ?? await TestNetwork.CreateAsync();
        // The daemon's network must not reach the client: it talks by the unix socket, whose path is everywhere.
        var docker = new DockerCli(await DebianPackages.DockerClientAsync(), SocketIn(work), []);
        var daemon = DaemonCommand(tree, work, network).Start();
        await daemon.ExpectErrorAsync("API listen on", TimeSpan.FromSeconds(60));
        return new RealDockerd(work, network, shared is null, daemon, docker);
    }

    public async ValueTask DisposeAsync()
    {
        var left = await Docker.RunAsync("ps", "-aq");
        if (left.Lines.Length > 0) await Docker.RunAsync(["rm", "-f", .. left.Lines]);
        await _daemon.SignalAsync("TERM");
        await _daemon.WaitAsync();
        await _daemon.DisposeAsync();
        if (_ownsNetwork) await Network.DisposeAsync();
        await HostState.UnmountBelowAsync(_work);
        HostState.RemoveCgroups(CgroupMark);
        Directory.Delete(_work, recursive: true);
    }

    private static string SocketIn(string work) => Path.Combine(work, "docker.sock");

    private static Command DaemonCommand(string tree, string work, TestNetwork network)
    {
        string[] daemon =
        [
            Path.Combine(tree, "usr/sbin/dockerd"),
            "--data-root", Path.Combine(work, "data"),
            "--exec-root", Path.Combine(work, "run"),
            "--pidfile", Path.Combine(work, "dockerd.pid"),
            "--host", "unix://" + SocketIn(work),
            "--group", "root",
            "--cgroup-parent", "/" + Path.GetFileName(work),
        ];
        var path = $"{tree}/usr/sbin:{tree}/usr/bin:{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin";
        return new Command([.. network.Inside, .. daemon])
        {
            Environment = new Dictionary<string, string?>
            {
                ["PATH"] = path,
                ["LD_LIBRARY_PATH"] = $"{tree}/usr/lib/x86_64-linux-gnu:{tree}/lib/x86_64-linux-gnu:{tree}/usr/lib/aarch64-linux-gnu:{tree}/lib/aarch64-linux-gnu",
            },
        };
    }
}
