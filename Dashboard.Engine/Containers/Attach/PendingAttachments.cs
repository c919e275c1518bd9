using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Attach;

/// <summary>The attachments of a container that has no task yet; the next start connects them before the program runs.</summary>
internal sealed class PendingAttachments
{
    private readonly Lock gate = new();
    private readonly List<DeferredStreams> pending = [];

    public DeferredStreams Add(bool stdin, bool stdout, bool stderr)
    {
        var streams = new DeferredStreams(stdin, stdout, stderr, Forget);
        lock (gate)
            pending.Add(streams);
        return streams;
    }

    public async Task ConnectAsync(IContainerTask task)
    {
        foreach (var streams in TakeAll())
            await streams.ConnectAsync(task);
    }

    /// <summary>There will be no start: readers see the end of output.</summary>
    public void End()
    {
        foreach (var streams in TakeAll())
            streams.End();
    }

    private List<DeferredStreams> TakeAll()
    {
        lock (gate)
        {
            var all = new List<DeferredStreams>(pending);
            pending.Clear();
            return all;
        }
    }

    private void Forget(DeferredStreams streams)
    {
        lock (gate)
            pending.Remove(streams);
    }
}
