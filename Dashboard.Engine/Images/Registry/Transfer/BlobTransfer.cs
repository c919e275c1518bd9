using Dashboard.Engine.Images.Content;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Registry.Transfer;

/// <summary>
/// One blob on its way here, for everybody who waits for it. It begins with the first and ends with the last of them; only
/// <see cref="BlobTransfers"/> makes and ends it.
/// </summary>
internal sealed class BlobTransfer : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource<Ingest> started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private readonly List<Action<TransferState>> watchers = [];
    private TransferState? last;

    public BlobTransfer(Digest digest) => Digest = digest;

    public Digest Digest { get; }

    /// <summary>The blob, readable while it grows, from when its turn has come. Faults when that never comes.</summary>
    public Task<Ingest> Started => started.Task;

    /// <summary>Known when it has started: it goes on with what an earlier one left, whose rightness shows only at the end.</summary>
    public bool HasOldParts { get; private set; }

    /// <summary>Ends when the blob is here and right.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    internal int Users { get; set; }
    internal bool Keep { get; set; }
    internal bool IsEnding { get; set; }
    internal TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Tells the newest state at once and then each new one.</summary>
    public void Watch(Action<TransferState> watcher)
    {
        lock (gate)
        {
            watchers.Add(watcher);
            if (last is not null)
                watcher(last);
        }
    }

    public void Unwatch(Action<TransferState> watcher)
    {
        lock (gate)
            watchers.Remove(watcher);
    }

    /// <summary>Under the lock, so that no watcher sees an older state after a newer one; watchers only note it.</summary>
    public void Report(TransferState state)
    {
        lock (gate)
        {
            last = state;
            foreach (var watcher in watchers)
                watcher(state);
        }
    }

    internal void Run(Func<CancellationToken, Task<Ingest>> begin, Func<Ingest, CancellationToken, Task> fetch) => Completion = Task.Run(async () =>
    {
        Ingest? ingest = null;
        try
        {
            ingest = await begin(stopping.Token);
            HasOldParts = ingest.Length > 0;
            started.SetResult(ingest);
            await fetch(ingest, stopping.Token);
        }
        catch (Exception error)
        {
            ingest?.Fail(error);
            if (started.TrySetException(error))
                _ = started.Task.Exception;
            throw;
        }
    });

    /// <summary>Stops what still runs and lets go of the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (started.Task.IsCompletedSuccessfully)
        {
            var ingest = await started.Task;
            ingest.Keep = Keep;
            ingest.Dispose();
        }
        stopping.Dispose();
    }
}
