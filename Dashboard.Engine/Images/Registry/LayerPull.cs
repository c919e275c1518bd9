using Dashboard.Engine.Images.Archives;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Registry.Transfer;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Registry;

/// <summary>
/// One layer of one pull: fetched, or found here, and unpacked while it comes in. Afterwards <see cref="Member"/> is a member of an
/// image's plan. Disposing lets go of the blob, which stays if the plan was committed.
/// </summary>
internal sealed class LayerPull(ImageParts parts, BlobTransfers transfers, BlobFetcher fetcher, Descriptor descriptor, string diffId, IProgress<RegistryProgress> progress) : IAsyncDisposable
{
    private readonly Digest digest = ManifestClient.Check(descriptor);
    private BlobTransfer? transfer;
    private Ingest? copy;
    private ArchiveMember? member;
    private bool downloaded;

    public ArchiveMember Member => member ?? throw new InvalidOperationException($"{digest} was not pulled");

    private string Id => digest.Hex[..12];

    /// <exception cref="RegistryException">It cannot be had.</exception>
    /// <exception cref="TarException">It is no layer, or not the one that the config names.</exception>
    public async Task RunAsync(UnpackPool pool, CancellationToken cancellationToken)
    {
        try
        {
            await TryAsync(pool, cancellationToken);
        }
        catch (StalePartsException)
        {
            await LeaveAsync(keep: false);
            try
            {
                await TryAsync(pool, cancellationToken);
            }
            catch (StalePartsException error)
            {
                throw new RegistryException(error.Message);
            }
        }
    }

    /// <summary>Whether a later pull may go on with what is here.</summary>
    public bool Keep { get; set; }

    public async ValueTask DisposeAsync()
    {
        if (member is not null)
            await member.DropAsync();
        await LeaveAsync(Keep);
        copy?.Dispose();
        copy = null;
    }

    private async Task TryAsync(UnpackPool pool, CancellationToken cancellationToken)
    {
        var blob = await BeginAsync(cancellationToken);
        var unpacking = pool.StartAsync(() => new ObservedStream(blob.OpenReader(cancellationToken), Extracting), () => blob.Digest);
        try
        {
            if (transfer is not null)
            {
                // What is no archive need not be fetched to its end, unless only old parts of it are none.
                await Task.WhenAny(transfer.Completion, unpacking).WaitAsync(cancellationToken);
                if (transfer.HasOldParts || unpacking.Exception?.InnerException is not TarException)
                    await transfer.Completion.WaitAsync(cancellationToken);
            }
            var draft = await unpacking;
            if (draft.Layer.DiffId.ToString() != diffId)
                throw new TarException($"invalid diffID for layer {digest}: expected \"{diffId}\", got \"{draft.Layer.DiffId}\"");
            member = new ArchiveMember(digest.ToString(), blob, null);
            member.Return(draft);
        }
        catch
        {
            // Nothing of it may still be running when the blob goes; whoever else waits for the blob goes on.
            transfer?.Unwatch(Watch);
            await DiscardAsync(unpacking);
            throw;
        }
        Report("Pull complete");
    }

    private async Task<Ingest> BeginAsync(CancellationToken cancellationToken)
    {
        copy = parts.Content.TakeOver(digest);
        if (copy is not null && copy.Digest == digest)
        {
            downloaded = true;
            Report("Download complete");
            return copy;
        }
        copy?.Dispose();
        copy = null;
        transfer = await transfers.JoinAsync(digest, descriptor.Size, (joined, ingest, stop) => fetcher.FetchAsync(joined, ingest, descriptor.Size, stop), cancellationToken);
        transfer.Watch(Watch);
        return await transfer.Started.WaitAsync(cancellationToken);
    }

    private static async Task DiscardAsync(Task<UnpackedDraft> unpacking)
    {
        await ((Task)unpacking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (unpacking.IsCompletedSuccessfully)
            (await unpacking).Dispose();
    }

    private async Task LeaveAsync(bool keep)
    {
        if (transfer is null)
            return;
        var left = transfer;
        transfer = null;
        left.Unwatch(Watch);
        await transfers.LeaveAsync(left, keep);
    }

    private void Watch(TransferState state)
    {
        downloaded = state == TransferState.Complete;
        progress.Report(new RegistryProgress(Id, state.Status, state.Current, state.Total));
    }

    private void Extracting(long position)
    {
        if (downloaded)
            progress.Report(new RegistryProgress(Id, "Extracting", Math.Min(position, descriptor.Size), descriptor.Size));
    }

    private void Report(string status) => progress.Report(new RegistryProgress(Id, status));
}
