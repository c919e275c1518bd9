using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Exec;

/// <summary>One exec from its creation on. The state is replaced as a whole.</summary>
internal sealed class ExecInstance(ExecState state)
{
    private volatile ExecState state = state;
    private int started;

    public ExecState State { get => state; set => state = value; }
    public IExecTask? Task { get; set; }
    public Task Watch { get; set; } = System.Threading.Tasks.Task.CompletedTask;
    public DateTimeOffset? EndedAt { get; set; }

    public bool HasStarted => Volatile.Read(ref started) != 0;

    /// <summary>False for all but the first caller.</summary>
    public bool TryStart() => Interlocked.Exchange(ref started, 1) == 0;
}
