using System.Net;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Tasks;

/// <summary>Starts shims and finds them again. One shim (<c>dashboard-runtime shim</c>) per started container; it outlives the server.</summary>
public interface ITaskService
{
    /// <summary>
    /// Writes the bundle, binds the ports, starts a shim and returns when the container's init exists and waits
    /// (its network namespace is there to be set up, while the child mounts). On failure nothing is left: no process, no
    /// mount, no cgroup, no bound port.
    /// </summary>
    /// <exception cref="Errors.EngineException">A host port is taken, or the runtime refuses the spec.</exception>
    Task<IContainerTask> CreateAsync(TaskSpec spec, CancellationToken cancellationToken);

    /// <summary>
    /// Reconnects to the shim of a container after a restart of the server. A finished task comes back with
    /// <see cref="IContainerTask.Exited"/> completed from the durable record; a shim that died without one is cleaned up
    /// (cgroup killed) and reported as exit 137 with <see cref="TaskExit.Lost"/>. Null: this container has no task.
    /// </summary>
    Task<IContainerTask?> ReconnectAsync(string containerId, CancellationToken cancellationToken);
}

/// <summary>Everything the shim needs to run one container.</summary>
public sealed record TaskSpec
{
    public required string ContainerId { get; init; }
    /// <summary>Root.Path is ignored: the shim mounts <see cref="Rootfs"/> in its own mount namespace.</summary>
    public required Spec Spec { get; init; }
    public required OverlayMount Rootfs { get; init; }
    /// <summary>Docker's OpenStdin: the container has a stdin that stays open until it is closed by an attached client.</summary>
    public bool OpenStdin { get; init; }
    /// <summary>Docker's StdinOnce: the first attached client that closes its stdin closes the container's.</summary>
    public bool StdinOnce { get; init; }
    /// <summary>PID 1 is our reap-and-forward loop (<c>--init</c>).</summary>
    public bool Init { get; init; }
    public required LogSettings Log { get; init; }
    public IReadOnlyList<PortRequest> Ports { get; init; } = [];
}

/// <summary>An overlay mount: lowest layer last, as overlayfs counts them (kernel Documentation/filesystems/overlayfs.rst).</summary>
public sealed record OverlayMount
{
    public required IReadOnlyList<string> LowerDirs { get; init; }
    public required string UpperDir { get; init; }
    public required string WorkDir { get; init; }
}

public sealed record LogSettings
{
    /// <summary>The live file of Docker's json-file driver; rotated ones are <c>.1</c>, <c>.2</c> and so on. Null: log driver "none".</summary>
    public string? Path { get; init; }
    /// <summary>Bytes; 0 or less means no rotation.</summary>
    public long MaxSize { get; init; }
    public int MaxFile { get; init; } = 1;
    /// <summary>A JSON object that every line carries as <c>attrs</c>.</summary>
    public string? Attributes { get; init; }
}

/// <summary>A host port for the shim to hold (bound; listening for tcp). HostPort 0 takes a free one.</summary>
public sealed record PortRequest
{
    /// <summary><c>tcp</c> or <c>udp</c>.</summary>
    public required string Protocol { get; init; }
    public required IPAddress HostAddress { get; init; }
    public int HostPort { get; init; }
    /// <summary>With it any free port from <see cref="HostPort"/> on will do; 0: no range. The shim never sees one.</summary>
    public int HostPortTo { get; init; }
    public int ContainerPort { get; init; }
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsOpen => HostPort == 0 || HostPortTo > HostPort;
}

/// <summary>How a container's init or an exec ended.</summary>
public sealed record TaskExit
{
    /// <summary>0-255; 128+n for death by signal n.</summary>
    public required int ExitCode { get; init; }
    public required DateTimeOffset ExitedAt { get; init; }
    public bool OomKilled { get; init; }
    /// <summary>The shim died without a record: the code is a guess.</summary>
    public bool Lost { get; init; }
    public string? Error { get; init; }
}

/// <summary>The running (or created, or finished) process tree of one container.</summary>
public interface IContainerTask : IAsyncDisposable
{
    string ContainerId { get; }
    /// <summary>Host pid of init.</summary>
    int Pid { get; }
    /// <summary>As requested, with the host port that was really bound.</summary>
    IReadOnlyList<PortRequest> Ports { get; }
    /// <summary>Never faults; completes after the durable record is written and the init's output is in the log.</summary>
    Task<TaskExit> Exited { get; }

    /// <summary>Releases the waiting init; returns when its program is executing.</summary>
    /// <exception cref="Errors.EngineException">With <see cref="Errors.EngineException.ExitCode"/> 127 or 126 and runc's words, for example
    /// <c>failed to create task for container: ... exec: "nope": executable file not found in $PATH</c>.</exception>
    Task StartAsync(CancellationToken cancellationToken);
    Task SignalAsync(int signal, CancellationToken cancellationToken);
    /// <summary>SIGKILL to every process of the cgroup.</summary>
    Task KillAllAsync(CancellationToken cancellationToken);
    Task ResizeAsync(int rows, int columns, CancellationToken cancellationToken);
    /// <summary>Other limits; on failure those of before are in force.</summary>
    Task UpdateAsync(Resources resources, CancellationToken cancellationToken);
    Task FreezeAsync(bool frozen, CancellationToken cancellationToken);
    /// <summary>Live output from now on, and stdin. Allowed before <see cref="StartAsync"/>; nothing is lost between the two.</summary>
    Task<TaskStreams> AttachAsync(bool stdin, bool stdout, bool stderr, CancellationToken cancellationToken);
    Task<IExecTask> ExecAsync(ExecSpec spec, CancellationToken cancellationToken);
    /// <summary>Host pids of the cgroup.</summary>
    Task<IReadOnlyList<int>> PidsAsync(CancellationToken cancellationToken);
    /// <summary>The held listening sockets, duplicated into this process (SCM_RIGHTS), in the order of <see cref="Ports"/>: for the in-process proxy.</summary>
    Task<IReadOnlyList<System.Net.Sockets.Socket>> HeldSocketsAsync(CancellationToken cancellationToken);
    /// <summary>Ends the shim and removes the bundle; kills what still runs. Idempotent.</summary>
    Task DeleteAsync(CancellationToken cancellationToken);
}

public sealed record ExecSpec
{
    public required string ExecId { get; init; }
    public required Process Process { get; init; }
    public bool AttachStdin { get; init; }
    public bool AttachStdout { get; init; }
    public bool AttachStderr { get; init; }
}

public interface IExecTask : IAsyncDisposable
{
    int Pid { get; }
    /// <summary>Null when nothing is attached.</summary>
    TaskStreams? Streams { get; }
    Task<TaskExit> Exited { get; }
    /// <summary>SIGKILL to the process itself; none when it has ended.</summary>
    Task KillAsync(CancellationToken cancellationToken);
    Task ResizeAsync(int rows, int columns, CancellationToken cancellationToken);
}

/// <summary>Live stdio of a task or exec.</summary>
public abstract class TaskStreams : IAsyncDisposable
{
    /// <summary>Reads the next piece of output into <paramref name="buffer"/>. Count 0 is the end of all output.</summary>
    public abstract ValueTask<(OutputStream Stream, int Count)> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);
    /// <summary>Waits while the process does not read (back-pressure); throws <see cref="IOException"/> when it has gone.</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
    /// <summary>Half-close: the process reads end of file; output goes on.</summary>
    public abstract ValueTask CloseInputAsync(CancellationToken cancellationToken);
    public abstract ValueTask DisposeAsync();
}

/// <summary>Numbers as in Docker's stdcopy header.</summary>
public enum OutputStream : byte
{
    Stdout = 1,
    Stderr = 2,
}
