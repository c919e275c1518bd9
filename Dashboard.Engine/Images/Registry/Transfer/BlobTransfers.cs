using Dashboard.Engine.Images.Content;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Registry.Transfer;

/// <summary>All downloads of the engine: a blob that several pulls want is fetched once, and only so many at a time.</summary>
internal sealed class BlobTransfers(ContentStore content, RegistryOptions options) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<Digest, BlobTransfer> running = [];
    private readonly SemaphoreSlim slots = new(options.MaxConcurrentDownloads);

    /// <summary>Takes part in the download of a blob; to be left by <see cref="LeaveAsync"/>.</summary>
    /// <param name="fetch">Completes the blob; that of the first who joins is used, and must not depend on that one's life.</param>
    public async Task<BlobTransfer> JoinAsync(Digest digest, long size, Func<BlobTransfer, Ingest, CancellationToken, Task> fetch, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task ended;
            lock (gate)
            {
                if (!running.TryGetValue(digest, out var transfer))
                {
                    transfer = running[digest] = new BlobTransfer(digest) { Users = 1 };
                    transfer.Run(stop => BeginAsync(transfer, size, stop), (ingest, stop) => FetchAsync(() => fetch(transfer, ingest, stop)));
                    return transfer;
                }
                // One that failed, or that everybody left, still holds the file.
                if (transfer is { IsEnding: false, Completion.IsFaulted: false, Completion.IsCanceled: false })
                {
                    transfer.Users++;
                    return transfer;
                }
                ended = transfer.Ended.Task;
            }
            await ended.WaitAsync(cancellationToken);
        }
    }

    /// <param name="keep">Whether what is there may be of use for a later pull; one of those who leave is enough to say so.</param>
    public async Task LeaveAsync(BlobTransfer transfer, bool keep)
    {
        lock (gate)
        {
            transfer.Keep |= keep;
            if (--transfer.Users > 0)
                return;
            transfer.IsEnding = true;
        }
        try
        {
            await transfer.DisposeAsync();
        }
        finally
        {
            lock (gate)
                running.Remove(transfer.Digest);
            transfer.Ended.SetResult();
        }
    }

    private async Task<Ingest> BeginAsync(BlobTransfer transfer, long size, CancellationToken cancellationToken)
    {
        if (!slots.Wait(0, CancellationToken.None))
        {
            transfer.Report(TransferState.Waiting);
            await slots.WaitAsync(cancellationToken);
        }
        try
        {
            return content.Resume(transfer.Digest, size);
        }
        catch
        {
            slots.Release();
            throw;
        }
    }

    private async Task FetchAsync(Func<Task> fetch)
    {
        try
        {
            await fetch();
        }
        finally
        {
            slots.Release();
        }
    }

    public void Dispose() => slots.Dispose();
}
