using Dashboard.Engine.Containers.Attach;
using Dashboard.Engine.Containers.Files;
using Dashboard.Engine.Networking;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.State;

/// <summary>
/// One container in memory: its durable value and what belongs to this process. Everything but <see cref="Value"/> and
/// <see cref="Waiters"/> is changed by the holder of <see cref="Gate"/> only, and the gate is never held while somebody
/// waits for the container to exit.
/// </summary>
internal sealed class ContainerEntry(Container value)
{
    private volatile Container value = value;

    public string Id { get; } = value.Id;
    /// <summary>What readers see. Replaced by <see cref="ContainerRegistry"/>, after it is durable where that is possible.</summary>
    public Container Value { get => value; internal set => this.value = value; }
    public AsyncGate Gate { get; } = new();
    /// <summary>Who works on the root file system from outside.</summary>
    public RootAccess Root { get; } = new();
    public ContainerWaiters Waiters { get; } = new();
    /// <summary>Set while a shim exists.</summary>
    public IContainerTask? Task { get; set; }
    /// <summary>A run that has ended and whose end is not durable yet: its shim's record is kept until it is. See <c>UnsavedEnds</c>.</summary>
    public IContainerTask? UnsavedEnd { get; set; }
    public IPortProxy? Proxy { get; set; }
    /// <summary>Completes when the current run has ended and its log is whole; completed while nothing runs.</summary>
    public TaskCompletionSource RunEnded { get; set; } = Ended();
    /// <summary>Ends the pause before a restart by policy.</summary>
    public CancellationTokenSource? RestartPause { get; set; }
    /// <summary>Ends the health checks of the current run; null while there are none.</summary>
    public CancellationTokenSource? HealthWatch { get; set; }
    /// <summary>The watch of the current run; completed while nothing runs.</summary>
    public Task Watch { get; set; } = System.Threading.Tasks.Task.CompletedTask;
    /// <summary>The end of this run is part of a restart: <c>--rm</c> does not apply to it.</summary>
    public bool KeepAfterExit { get; set; }
    /// <summary>The row is deleted; whoever waited for the gate finds nothing any more.</summary>
    public bool Removed { get; set; }
    /// <summary>Clients that attached before the start.</summary>
    public PendingAttachments PendingAttachments { get; } = new();

    private static TaskCompletionSource Ended()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
