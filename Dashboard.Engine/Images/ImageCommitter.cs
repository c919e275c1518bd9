using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Archives;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images;

/// <summary>
/// Makes a plan an image: every layer is there, unpacked and right, before the first of them gets its name; then layers,
/// blobs and rows appear under the service's lock, and on any failure all of them go again.
/// </summary>
internal sealed class ImageCommitter(ContentStore content, LayerStore layers, ImageStore store, SemaphoreSlim gate)
{
    public async Task<StoredImage> CommitAsync(ImagePlan plan, UnpackPool pool, CancellationToken cancellationToken)
    {
        var drafts = new UnpackedDraft?[plan.Layers.Count];
        try
        {
            while (true)
            {
                await UnpackMissingAsync(plan, drafts, pool);
                await gate.WaitAsync(cancellationToken);
                try
                {
                    // Between the look and the lock somebody may have removed the image that had a layer of ours.
                    if (!IsMissing(plan, drafts))
                        return await WriteAsync(plan, drafts);
                }
                finally
                {
                    gate.Release();
                }
            }
        }
        finally
        {
            for (var i = 0; i < drafts.Length; i++)
            {
                if (drafts[i] is { } unused)
                    plan.Layers[i].Return(unused);
            }
        }
    }

    private static IEnumerable<string> ChainIds(IReadOnlyList<string> diffIds)
    {
        string? chain = null;
        foreach (var diffId in diffIds)
            yield return chain = Digest.ChainId(chain, diffId);
    }

    private bool IsMissing(ImagePlan plan, UnpackedDraft?[] drafts)
    {
        var at = 0;
        return ChainIds(plan.Document.Rootfs.DiffIds).Any(chain => drafts[at++] is null && store.Index.Layer(chain) is null);
    }

    private async Task UnpackMissingAsync(ImagePlan plan, UnpackedDraft?[] drafts, UnpackPool pool)
    {
        var pending = new List<(int At, Task<UnpackedDraft> Task)>();
        var at = 0;
        foreach (var chain in ChainIds(plan.Document.Rootfs.DiffIds))
        {
            if (drafts[at] is null && store.Index.Layer(chain) is null)
                pending.Add((at, plan.Layers[at].UnpackAsync(pool)));
            at++;
        }
        // Every draft is taken over before the first error goes out, so that none is left behind.
        foreach (var (index, task) in pending)
        {
            await ((Task)task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (task.IsCompletedSuccessfully)
                drafts[index] = task.Result;
        }
        foreach (var (index, task) in pending)
        {
            var actual = (await task).Layer.DiffId.ToString();
            if (actual != plan.Document.Rootfs.DiffIds[index])
                throw new TarException($"invalid diffID for layer {index}: expected \"{plan.Document.Rootfs.DiffIds[index]}\", got \"{actual}\"");
        }
    }

    private async Task<StoredImage> WriteAsync(ImagePlan plan, UnpackedDraft?[] drafts)
    {
        var undo = new Stack<Action>();
        try
        {
            var stored = Place(plan, drafts, undo);
            PlaceBlob(plan.Config.Blob, undo);
            if (plan.Manifest is not null)
                PlaceBlob(plan.Manifest.Blob, undo);
            var record = new ImageRecord { Layers = stored, Manifest = plan.Manifest?.Blob.Digest.ToString() };
            var image = ImageStore.Create(plan.Config.Blob.Digest.ToString(), plan.ConfigBytes, record);
            var replaced = store.Index.ById(image.Id)?.Record.Manifest;
            await store.WriteAsync([image], [], plan.References.ToDictionary(reference => reference.ToString(), _ => (string?)image.Id, StringComparer.Ordinal));
            if (replaced is not null && !store.Index.HasBlob(replaced))
                content.Delete(Digest.Parse(replaced));
            return store.Index.ById(image.Id)!;
        }
        catch
        {
            while (undo.TryPop(out var action))
                action();
            throw;
        }
    }

    private List<StoredLayer> Place(ImagePlan plan, UnpackedDraft?[] drafts, Stack<Action> undo)
    {
        var stored = new List<StoredLayer>();
        var below = new List<string>();
        foreach (var chain in ChainIds(plan.Document.Rootfs.DiffIds))
        {
            var at = stored.Count;
            var layer = store.Index.Layer(chain) ?? PlaceLayer(chain, plan.Layers[at].Blob, drafts[at]!, below, undo);
            if (store.Index.Layer(chain) is null)
            {
                drafts[at]!.Dispose();
                drafts[at] = null;
            }
            stored.Add(layer);
            below.Insert(0, layers.PathOf(chain));
        }
        return stored;
    }

    private StoredLayer PlaceLayer(string chainId, Ingest blob, UnpackedDraft draft, List<string> below, Stack<Action> undo)
    {
        PlaceBlob(blob, undo);
        undo.Push(() =>
        {
            layers.Discard(chainId);
            layers.EmptyTrash();
        });
        layers.Commit(draft.Draft, draft.Layer.ImplicitDirectories, chainId, below);
        return new StoredLayer
        {
            DiffId = draft.Layer.DiffId.ToString(),
            ChainId = chainId,
            Size = draft.Layer.Size,
            Blob = blob.Digest.ToString(),
            BlobSize = blob.Length,
            MediaType = draft.Layer.Compression switch
            {
                CompressionKind.Gzip => MediaTypes.LayerGzip,
                CompressionKind.Zstd => MediaTypes.LayerZstd,
                _ => MediaTypes.LayerTar,
            },
        };
    }

    private void PlaceBlob(Ingest blob, Stack<Action> undo)
    {
        if (content.Commit(blob))
            undo.Push(() => content.Delete(blob.Digest));
    }

    /// <summary>In the words of the API: a bad archive and a full disk are both 500 with the reason, as Docker answers them.</summary>
    public static EngineException Explain(Exception error) => error switch
    {
        EngineException known => known,
        _ when FullDisk.Explain(error) is { } full => full,
        _ => new EngineException(ErrorKind.System, error.Message, error),
    };
}
