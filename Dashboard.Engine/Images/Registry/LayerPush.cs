using System.IO.Compression;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Registry.Transfer;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Registry;

/// <summary>
/// One layer of a push, in the form that it was received in. A plain one is packed with gzip first, unless the repository has it packed
/// already; how it was packed is remembered.
/// </summary>
internal sealed class LayerPush(ImageParts parts, LayerPlaces places, BlobUpload upload, SemaphoreSlim slots, Reference target, StoredLayer layer, IProgress<RegistryProgress> progress)
{
    public const string DockerLayer = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    private const int BufferSize = 256 * 1024;

    private string Id => Digest.Parse(layer.DiffId).Hex[..12];

    /// <returns>How the manifest is to name it.</returns>
    public async Task<Descriptor> RunAsync(CancellationToken cancellationToken)
    {
        if (!slots.Wait(0, CancellationToken.None))
        {
            progress.Report(new RegistryProgress(Id, "Waiting"));
            await slots.WaitAsync(cancellationToken);
        }
        try
        {
            var descriptor = await PushAsync(cancellationToken);
            await places.AddAsync([new LayerPlace(layer.DiffId, target.Name, descriptor.Digest, descriptor.Size, descriptor.MediaType)]);
            return descriptor;
        }
        finally
        {
            slots.Release();
        }
    }

    private async Task<Descriptor> PushAsync(CancellationToken cancellationToken)
    {
        var isPacked = layer.MediaType != MediaTypes.LayerTar;
        var own = new Descriptor { MediaType = layer.MediaType == MediaTypes.LayerGzip ? DockerLayer : layer.MediaType, Digest = layer.Blob, Size = layer.BlobSize };
        var known = places.Of(layer.DiffId).Where(place => !isPacked || place.Digest == layer.Blob).ToList();
        IEnumerable<Descriptor> forms = isPacked ? [own] : known.Select(place => new Descriptor { MediaType = place.MediaType, Digest = place.Digest, Size = place.Size }).DistinctBy(form => form.Digest).Take(4);
        foreach (var form in forms)
        {
            if (await IsThereAsync(form, known, cancellationToken))
                return form;
        }
        if (isPacked)
        {
            await SendAsync(new OutgoingBlob(Digest.Parse(layer.Blob), layer.BlobSize, () => parts.Content.Open(Digest.Parse(layer.Blob))), cancellationToken);
            return own;
        }
        using var packed = parts.Content.Begin();
        await Task.Factory.StartNew(() => Pack(packed, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var descriptor = new Descriptor { MediaType = DockerLayer, Digest = packed.Digest.ToString(), Size = packed.Length };
        // Another image may have brought the same to this repository, packed by us.
        if (known.TrueForAll(place => place.Digest != descriptor.Digest) && await IsThereAsync(descriptor, known, cancellationToken))
            return descriptor;
        await SendAsync(new OutgoingBlob(packed.Digest, packed.Length, () => File.OpenRead(packed.Path)), cancellationToken);
        return descriptor;
    }

    private async Task<bool> IsThereAsync(Descriptor form, List<LayerPlace> known, CancellationToken cancellationToken)
    {
        var digest = Digest.Parse(form.Digest);
        if (await upload.ExistsAsync(digest, cancellationToken))
        {
            progress.Report(new RegistryProgress(Id, "Layer already exists"));
            return true;
        }
        foreach (var place in known.Where(place => place.Digest == form.Digest && place.Repository != target.Name).Take(4))
        {
            if (Reference.Parse(place.Repository) is not { } source || source.Domain != target.Domain || !await upload.MountAsync(digest, source.Path, cancellationToken))
                continue;
            progress.Report(new RegistryProgress(Id, $"Mounted from {source.Path}"));
            return true;
        }
        return false;
    }

    private async Task SendAsync(OutgoingBlob blob, CancellationToken cancellationToken)
    {
        progress.Report(new RegistryProgress(Id, "Pushing", 0, blob.Size));
        await upload.SendAsync(blob, state => progress.Report(new RegistryProgress(Id, state.Status, state.Current, state.Total)), cancellationToken);
        progress.Report(new RegistryProgress(Id, "Pushed"));
    }

    private void Pack(Ingest packed, CancellationToken cancellationToken)
    {
        using (var source = parts.Content.Open(Digest.Parse(layer.Blob)))
        using (var gzip = new GZipStream(new IngestWriter(packed), CompressionLevel.Fastest))
        {
            var buffer = new byte[BufferSize];
            while (source.Read(buffer) is > 0 and var count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                gzip.Write(buffer, 0, count);
            }
        }
        packed.Finish();
    }
}
