using Dashboard.Engine.Logs;
using Dashboard.Engine.Networking;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers;

/// <summary>
/// The life of containers. Every method that takes a <c>reference</c> accepts an id, a unique id prefix or a name, and
/// throws <see cref="Errors.EngineException"/> with Docker's status and words (<c>No such container: x</c>).
/// </summary>
public interface IContainerService
{
    IReadOnlyList<Container> List();
    Container Get(string reference);

    Task<CreatedContainer> CreateAsync(CreateContainer request, CancellationToken cancellationToken);
    /// <exception cref="Errors.EngineException">NotModified when it runs already; 400 with the runtime's words when the program cannot be executed.</exception>
    Task StartAsync(string reference, CancellationToken cancellationToken);
    /// <param name="seconds">Null: the container's own StopTimeout, else 10. -1 waits for ever.</param>
    Task StopAsync(string reference, string? signal, int? seconds, CancellationToken cancellationToken);
    Task RestartAsync(string reference, string? signal, int? seconds, CancellationToken cancellationToken);
    /// <param name="signal">A name with or without SIG, or a number; null is SIGKILL.</param>
    Task KillAsync(string reference, string? signal, CancellationToken cancellationToken);
    Task RemoveAsync(string reference, bool force, bool removeVolumes, CancellationToken cancellationToken);
    /// <summary>Takes a legacy link from a container. Its variables and names go with the next start.</summary>
    /// <param name="path">Like <c>web/db</c>: the container and the alias in it.</param>
    /// <exception cref="EngineException">NotFound; Conflict for a path that names a container and no link.</exception>
    Task RemoveLinkAsync(string path, CancellationToken cancellationToken);

    Task RenameAsync(string reference, string newName, CancellationToken cancellationToken);
    /// <summary>Limits and restart policy, of a running container too.</summary>
    /// <param name="changes">What is at its default stays as it is.</param>
    /// <returns>Warnings.</returns>
    Task<IReadOnlyList<string>> UpdateAsync(string reference, HostConfig changes, CancellationToken cancellationToken);
    Task PauseAsync(string reference, CancellationToken cancellationToken);
    Task UnpauseAsync(string reference, CancellationToken cancellationToken);
    /// <summary>One more network, while it runs or for its next start.</summary>
    Task ConnectAsync(string reference, string network, EndpointConfig config, CancellationToken cancellationToken);
    /// <param name="force">The network need not be there any more.</param>
    Task DisconnectAsync(string reference, string network, bool force, CancellationToken cancellationToken);
    Task<(IReadOnlyList<string> Removed, long SpaceReclaimed)> PruneAsync(Func<Container, bool> filter, CancellationToken cancellationToken);

    /// <summary>Returns at once with a task: the registration is made before this method returns, so a start that follows cannot be missed.</summary>
    Task<ContainerWait> WaitAsync(string reference, WaitCondition condition, CancellationToken cancellationToken);

    /// <summary>Live stdio. Works on a created container: the streams then follow the next start.</summary>
    Task<TaskStreams> AttachAsync(string reference, bool stdin, bool stdout, bool stderr, CancellationToken cancellationToken);
    Task ResizeAsync(string reference, int rows, int columns, CancellationToken cancellationToken);
    IAsyncEnumerable<LogChunk> LogsAsync(string reference, LogQuery query, CancellationToken cancellationToken);
    /// <summary>The titles and rows of <c>ps</c> with these arguments (default <c>-ef</c>).</summary>
    Task<(IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<string>> Processes)> TopAsync(string reference, string? psArguments, CancellationToken cancellationToken);
    /// <summary>Bytes: the writable layer, and it plus the image.</summary>
    Task<(long Rw, long RootFs)> SizeAsync(string reference, CancellationToken cancellationToken);

    Task<string> CreateExecAsync(string reference, ExecConfig config, CancellationToken cancellationToken);
    /// <summary>Starts the process; streams are null when detached.</summary>
    Task<TaskStreams?> StartExecAsync(string execId, bool detach, bool tty, (int Rows, int Columns)? size, CancellationToken cancellationToken);
    Task ResizeExecAsync(string execId, int rows, int columns, CancellationToken cancellationToken);
    ExecState GetExec(string execId);

    /// <summary>Ids of those of a container that run or wait to be started.</summary>
    IReadOnlyList<string> ExecsOf(string containerId);
}

public sealed record CreateContainer
{
    /// <summary>Null takes a generated one (adjective_surname).</summary>
    public string? Name { get; init; }
    public string? Platform { get; init; }
    public required ContainerConfig Config { get; init; }
    public required HostConfig HostConfig { get; init; }
    /// <summary>Places on networks that NetworkingConfig asks for, by name or id of the network.</summary>
    public IReadOnlyDictionary<string, EndpointConfig> Networks { get; init; } = new Dictionary<string, EndpointConfig>();
}

public sealed record CreatedContainer(string Id, IReadOnlyList<string> Warnings);

public enum WaitCondition
{
    NotRunning,
    NextExit,
    Removed,
}

/// <summary>Completes with the exit code, and the error of a start that failed.</summary>
public sealed record ContainerWait(Task<(int ExitCode, string? Error)> Result);

public sealed record ExecConfig
{
    public bool AttachStdin { get; init; }
    public bool AttachStdout { get; init; }
    public bool AttachStderr { get; init; }
    public string? DetachKeys { get; init; }
    public bool Tty { get; init; }
    public IReadOnlyList<string>? Env { get; init; }
    public IReadOnlyList<string>? Cmd { get; init; }
    public bool Privileged { get; init; }
    public string User { get; init; } = "";
    public string WorkingDir { get; init; } = "";
    public IReadOnlyList<uint>? ConsoleSize { get; init; }
}

public sealed record ExecState
{
    public required string Id { get; init; }
    public required string ContainerId { get; init; }
    public required ExecConfig Config { get; init; }
    public bool Running { get; init; }
    public int? ExitCode { get; init; }
    public int Pid { get; init; }
}
