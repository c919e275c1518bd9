using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Archives;

/// <summary>A layer that lies unpacked in a draft, not yet known by its chain id.</summary>
internal sealed record UnpackedDraft(LayerDraft Draft, UnpackedLayer Layer) : IDisposable
{
    public void Dispose() => Draft.Dispose();
}

/// <summary>
/// Unpacks the layers of one archive side by side, each on a thread of its own (it blocks on the disk, and on a blob that is still being
/// received). One pool per request: a client that stalls holds up nobody else.
/// </summary>
internal sealed class UnpackPool(LayerStore layers, long reserveBytes, CancellationToken cancellationToken) : IDisposable
{
    private readonly SemaphoreSlim slots = new(Math.Max(2, Environment.ProcessorCount));

    public async Task<UnpackedDraft> StartAsync(Func<Stream> open, Func<Digest> blobDigest)
    {
        await slots.WaitAsync(cancellationToken);
        try
        {
            return await Task.Factory.StartNew(
                () => Unpack(open, blobDigest), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            slots.Release();
        }
    }

    private UnpackedDraft Unpack(Func<Stream> open, Func<Digest> blobDigest)
    {
        var draft = layers.BeginLayer();
        try
        {
            return new UnpackedDraft(draft, LayerUnpacker.Unpack(open(), blobDigest, draft.Directory, draft.Trash, reserveBytes, cancellationToken));
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    public void Dispose() => slots.Dispose();
}
