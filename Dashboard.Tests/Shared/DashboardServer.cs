using System.Text.RegularExpressions;

namespace Dashboard.Tests.Shared;

/// <summary>
/// The real server process as a user starts it, with its own roots and network. It is ready when it has printed where it
/// listens. It can be killed with -9 and started again on the same roots, as after a crash.
/// </summary>
internal sealed partial class DashboardServer : IDockerHost
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(60);
    private readonly string _work;
    private RunningCommand _server;
    private readonly bool _ownsNetwork;
    private bool _mayBeDown;
    private int _starts;
    private string? _dataRoot;
    private string? _contentRoot;

    private DashboardServer(string work, TestNetwork network, bool ownsNetwork, DockerCli docker)
    {
        _ownsNetwork = ownsNetwork;
        _work = work;
        Network = network;
        Docker = docker;
        _server = null!;
    }

    public TestNetwork Network { get; }
    public DockerCli Docker { get; }
    public string SocketPath => Path.Combine(_work, "docker.sock");
    public string DataRoot => _dataRoot ?? Path.Combine(_work, "data");
    public string RunRoot => Path.Combine(_work, "run");
    public string CgroupMark => new Dashboard.Engine.EngineOptions { DataRoot = DataRoot, RunRoot = RunRoot, RuntimeBinary = "" }.CgroupParent.TrimStart('/');
    public bool IsDashboard => true;
    public string LogTail => string.Join('\n', Output.Split('\n').TakeLast(60));
    public string Output => _server.StdoutSoFar + _server.StderrSoFar;
    public int Pid => _server.Pid;

    public Task SignalAsync(string signal) => _server.SignalAsync(signal);

    public Task ExpectAsync(string text) => _server.ExpectAsync(text);

    /// <summary>What the server printed for the browser: the address with a single-use login link.</summary>
    public string LoginLink => LinkPattern().Match(_server.StdoutSoFar) is { Success: true } match
        ? match.Value
        : throw new InvalidOperationException($"no login link in the output:\n{Output}");

    /// <param name="shared">A network that another engine lives in too; its maker disposes it. Null makes one.</param>
    /// <param name="dataRoot">A place of the caller's, which it removes itself. Null makes one.</param>
    /// <param name="contentRoot">Where appsettings.json is. Null: that of the project.</param>
    public static async Task<DashboardServer> StartAsync(TestNetwork? shared = null, string? dataRoot = null, string? contentRoot = null)
    {
        var work = TestPlaces.NewWorkDirectory("server");
        var docker = new DockerCli(await DebianPackages.DockerClientAsync(), Path.Combine(work, "docker.sock"), []);
        var server = new DashboardServer(work, shared ?? await TestNetwork.CreateAsync(), shared is null, docker) { _dataRoot = dataRoot, _contentRoot = contentRoot };
        await server.StartProcessAsync();
        return server;
    }

    /// <summary>As the kernel ends a process: nothing of ours runs after it.</summary>
    public async Task KillAsync()
    {
        _mayBeDown = true;
        if (!_server.HasExited) await _server.SignalAsync("KILL");
        await _server.WaitAsync();
        await _server.DisposeAsync();
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<CommandResult> StopAsync()
    {
        _mayBeDown = true;
        await _server.SignalAsync("TERM");
        return await _server.WaitAsync();
    }

    /// <summary>Starts it again on the same roots.</summary>
    public async Task RestartAsync()
    {
        if (!_server.HasExited) await StopAsync();
        await StartProcessAsync();
    }

    public async ValueTask DisposeAsync()
    {
        var died = _server.HasExited && !_mayBeDown ? Output : null;
        if (_server.HasExited) await StartProcessAsync();
        var containers = (await Docker.RunAsync("ps", "-aq")).Lines;
        if (containers.Length > 0) (await Docker.RunAsync(["rm", "-f", .. containers])).MustSucceed();
        var stopped = await StopAsync();
        await File.WriteAllTextAsync(Path.Combine(TestPlaces.Artifacts, Path.GetFileName(_work) + ".log"), Output);
        await SweepAsync(stopped);
        if (died is not null) throw new CommandFailedException($"the server ended by itself:\n{died}");
    }

    private async Task SweepAsync(CommandResult stopped)
    {
        var leftProcesses = HostState.Processes(CgroupMark, RunRoot);
        var leftMounts = HostState.MountsBelow(_work).ToList();
        foreach (var pid in leftProcesses.Keys) await Command.RunAsync("kill", "-KILL", pid.ToString());
        await HostState.UnmountBelowAsync(_work);
        if (_ownsNetwork) await Network.DisposeAsync();
        await Eventually.TrueAsync(() => HostState.Processes(CgroupMark, RunRoot).Count == 0, TimeSpan.FromSeconds(10), () => "killed processes stay");
        HostState.RemoveCgroups(CgroupMark);
        Directory.Delete(_work, recursive: true);
        if (leftProcesses.Count > 0 || leftMounts.Count > 0 || stopped.ExitCode != 0)
            throw new CommandFailedException($"the server ended with {stopped.ExitCode} and left processes [{string.Join("; ", leftProcesses.Values)}] and mounts [{string.Join("; ", leftMounts)}]\n{LogTail}");
    }

    private async Task StartProcessAsync()
    {
        _starts++;
        _mayBeDown = false;
        string[] server =
        [
            "dotnet", TestPlaces.ServerAssembly,
            "--urls", "http://127.0.0.1:0",
            "--docker-host", "unix://" + SocketPath,
            "--data-root", DataRoot,
            "--run-root", RunRoot,
            "--connect", "none",
        ];
        _server = new Command(["env", "-C", _contentRoot ?? Path.Combine(TestPlaces.Repository, "Dashboard.Server"), .. Network.Inside, .. server]).Start();
        try
        {
            await _server.ExpectAsync("export DOCKER_HOST=", s_startLimit);
        }
        catch (TimeoutException e)
        {
            throw new CommandFailedException($"start {_starts} of the server failed: {e.Message}");
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/\S*")]
    private static partial Regex LinkPattern();
}
