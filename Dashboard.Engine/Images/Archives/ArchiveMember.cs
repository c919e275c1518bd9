using Dashboard.Engine.Images.Content;

namespace Dashboard.Engine.Images.Archives;

/// <summary>A file of an image archive, spooled into the content store's ingest directory; or a link to another member.</summary>
internal sealed class ArchiveMember(string path, Ingest? blob, string? linkTarget) : IDisposable
{
    private Task<UnpackedDraft>? unpacking;

    public string Path { get; } = path;
    public string? LinkTarget { get; } = linkTarget;
    /// <exception cref="LayerGoneException">It stands for a layer that was there, and another image had.</exception>
    public Ingest Blob => blob ?? throw new LayerGoneException(Path);

    /// <summary>Begins to unpack while the member is still being received; whether it is a layer that anybody wants turns out later.</summary>
    public void UnpackAhead(UnpackPool pool) => unpacking = StartAsync(pool);

    /// <summary>The layer in this member, unpacked: once the one that was begun ahead, after that a new one. The caller owns it.</summary>
    public Task<UnpackedDraft> UnpackAsync(UnpackPool pool) => Interlocked.Exchange(ref unpacking, null) ?? StartAsync(pool);

    /// <summary>Gives a draft back that turned out to be not needed yet.</summary>
    public void Return(UnpackedDraft draft)
    {
        if (Interlocked.CompareExchange(ref unpacking, Task.FromResult(draft), null) is not null)
            draft.Dispose();
    }

    private Task<UnpackedDraft> StartAsync(UnpackPool pool) => pool.StartAsync(() => Blob.OpenReader(), () => Blob.Digest);

    /// <summary>Ends what was begun ahead and removes what it made; its error, if any, concerned nobody.</summary>
    public Task AbandonAsync(Exception reason)
    {
        blob?.Fail(reason);
        return DropAsync();
    }

    /// <summary>Removes what was unpacked and not asked for; the blob, which others may read, goes on.</summary>
    public async Task DropAsync()
    {
        if (Interlocked.Exchange(ref unpacking, null) is not { } task)
            return;
        await task.ContinueWith(
            static ended =>
            {
                if (ended.IsCompletedSuccessfully)
                    ended.Result.Dispose();
                else
                    _ = ended.Exception;
            },
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public void Dispose() => blob?.Dispose();
}
