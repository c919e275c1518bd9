using System.Text;
using System.Text.Json;
using Dashboard.Engine;
using Dashboard.Engine.Tasks;
using Dashboard.Oci;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Oci.Shim;
using Dashboard.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Tests.Engine.Tasks;

/// <summary>A task service over real shims and a busybox layer, in places of its own.</summary>
internal sealed class TaskFixture : IDisposable
{
    private readonly string work = TestPlaces.NewWorkDirectory("tasks");
    private int containers;

    public TaskFixture()
    {
        var layer = Directory.CreateDirectory(Path.Combine(work, "layer")).FullName;
        Directory.CreateDirectory(Path.Combine(layer, "bin"));
        File.Copy("/bin/busybox", Path.Combine(layer, "bin", "busybox"));
        foreach (var applet in new[] { "sh", "cat", "echo", "sleep", "true", "id", "grep", "stty", "yes", "head", "kill", "tty", "seq", "readlink", "ls", "mount", "unshare", "ps" })
            File.CreateSymbolicLink(Path.Combine(layer, "bin", applet), "busybox");
        File.WriteAllText(Path.Combine(layer, "plain"), "not a program");
        Options = new EngineOptions { DataRoot = Path.Combine(work, "data"), RunRoot = Path.Combine(work, "run"), RuntimeBinary = TestPlaces.RuntimeBinary };
        Service = NewService();
    }

    public EngineOptions Options { get; }
    public TaskService Service { get; }

    public TaskService NewService() => new(Options, NullLogger<TaskService>.Instance);

    public string LogPath(string id) => Path.Combine(work, $"{id}.log");

    public TaskSpec Spec(string[] args, bool terminal = false, bool stdin = false, bool init = false, IReadOnlyList<PortRequest>? ports = null, long memory = 0, long logMax = 0, int logFiles = 1)
    {
        var id = $"c{Interlocked.Increment(ref containers)}";
        var upper = Directory.CreateDirectory(Path.Combine(work, id, "upper")).FullName;
        var workDirectory = Directory.CreateDirectory(Path.Combine(work, id, "work")).FullName;
        return new TaskSpec
        {
            ContainerId = id,
            Rootfs = new OverlayMount { LowerDirs = [Path.Combine(work, "layer")], UpperDir = upper, WorkDir = workDirectory },
            OpenStdin = stdin,
            StdinOnce = stdin,
            Init = init,
            Log = new LogSettings { Path = LogPath(id), MaxSize = logMax, MaxFile = logFiles },
            Ports = ports ?? [],
            Spec = new Spec
            {
                Root = new Root { Path = "rootfs" },
                Hostname = id,
                Process = Process(args, terminal),
                Mounts =
                [
                    new() { Destination = "/proc", Type = "proc", Source = "proc", Options = ["nosuid", "noexec", "nodev"] },
                    new() { Destination = "/dev", Type = "tmpfs", Source = "tmpfs", Options = ["nosuid", "strictatime", "mode=755", "size=65536k"] },
                    new() { Destination = "/dev/pts", Type = "devpts", Source = "devpts", Options = ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"] },
                ],
                Linux = new LinuxSpec
                {
                    CgroupsPath = $"{Options.CgroupParent}/{id}",
                    Namespaces = [new() { Type = "mount" }, new() { Type = "pid" }, new() { Type = "uts" }, new() { Type = "ipc" }, new() { Type = "network" }, new() { Type = "cgroup" }],
                    Resources = memory > 0 ? new Resources { Memory = new MemoryLimits { Limit = memory } } : null,
                    MaskedPaths = ["/proc/kcore", "/proc/keys"],
                    ReadonlyPaths = ["/proc/sys"],
                },
            },
        };
    }

    /// <summary>The pid of a container's shim.</summary>
    public int Shim(string id) =>
        JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(Options.BundleDir(id), ShimProtocol.PidName)), OciJson.Default.ShimIdentity)!.ShimPid;

    /// <summary>Fields 14 and 15 of /proc/pid/stat: hundredths of a second that a process has used.</summary>
    public static long ProcessorTicks(int pid)
    {
        var text = File.ReadAllText($"/proc/{pid}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[11]) + long.Parse(fields[12]);
    }

    public static Process Process(string[] args, bool terminal = false) => new()
    {
        Args = args,
        Cwd = "/",
        Env = ["PATH=/bin", "TERM=xterm"],
        Terminal = terminal,
        ConsoleSize = terminal ? new ConsoleSize { Height = 33, Width = 101 } : null,
    };

    /// <summary>Everything until the end of output.</summary>
    public static async Task<(string Stdout, string Stderr)> ReadAllAsync(TaskStreams streams)
    {
        var (stdout, stderr, buffer) = (new MemoryStream(), new MemoryStream(), new byte[8192]);
        while (await streams.ReadAsync(buffer, TestContext.Current.CancellationToken) is { Count: > 0 } piece)
            (piece.Stream == OutputStream.Stdout ? stdout : stderr).Write(buffer, 0, piece.Count);
        return (Encoding.UTF8.GetString(stdout.ToArray()), Encoding.UTF8.GetString(stderr.ToArray()));
    }

    public void Dispose()
    {
        foreach (var mount in new[] { "memory", "cpu", "cpuacct", "cpuset", "devices", "freezer", "blkio", "pids", "unified", "" })
        {
            foreach (var child in new[] { "/shims", "" })
                _ = Dashboard.Linux.Unistd.rmdir($"/sys/fs/cgroup/{mount}{Options.CgroupParent}{child}");
        }
        Directory.Delete(work, recursive: true);
    }
}
