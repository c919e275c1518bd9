using System.Net.Http.Headers;
using System.Text.Json;
using Dashboard.Engine.Images.Registry.Transfer;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Registry;

/// <summary>Pushes one tag: its layers side by side, its config, and then the manifest, by which it appears at the registry.</summary>
internal sealed class ImagePusher(ImageParts parts, LayerPlaces places, RetryPolicy retries, RegistryOptions options) : IDisposable
{
    private const string DockerConfig = "application/vnd.docker.container.image.v1+json";
    private readonly SemaphoreSlim slots = new(options.MaxConcurrentUploads);

    public async Task PushAsync(RegistrySession session, Reference reference, StoredImage image, IProgress<RegistryProgress> progress, CancellationToken cancellationToken)
    {
        var upload = new BlobUpload(session, retries, options);
        var layers = await PushLayersAsync(upload, reference, image, progress, cancellationToken);
        var config = parts.Content.ReadAll(Digest.Parse(image.Id));
        if (!await upload.ExistsAsync(Digest.Parse(image.Id), cancellationToken))
            await upload.SendAsync(new OutgoingBlob(Digest.Parse(image.Id), config.Length, () => new MemoryStream(config, writable: false)), static _ => { }, cancellationToken);
        var (manifest, mediaType) = Received(image, layers) ?? Write(image, config.Length, layers);
        await PutAsync(session, reference.Tag!, manifest, mediaType, cancellationToken);
        var digest = Digest.OfSha256(manifest);
        await RememberAsync(reference.WithDigest(digest), image.Id, cancellationToken);
        progress.Report(RegistryProgress.Message($"{reference.Tag}: digest: {digest} size: {manifest.Length}"));
        progress.Report(RegistryProgress.Message("") with { Pushed = new PushedTag(reference.Tag!, digest.ToString(), manifest.Length) });
    }

    private async Task<IReadOnlyList<Descriptor>> PushLayersAsync(BlobUpload upload, Reference reference, StoredImage image, IProgress<RegistryProgress> progress, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The topmost first, as dockerd: it is the one that is most often new. The same layer twice is sent once.
        var stored = image.Record.Layers.Reverse().DistinctBy(layer => layer.DiffId).ToList();
        foreach (var layer in stored)
            progress.Report(new RegistryProgress(Digest.Parse(layer.DiffId).Hex[..12], "Preparing"));
        Exception? first = null;
        var pushed = new Dictionary<string, Descriptor>(StringComparer.Ordinal);
        await Task.WhenAll([.. stored.Select(async layer =>
        {
            try
            {
                var descriptor = await new LayerPush(parts, places, upload, slots, reference, layer, progress).RunAsync(linked.Token);
                lock (pushed)
                    pushed[layer.DiffId] = descriptor;
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref first, error, null);
                await linked.CancelAsync();
            }
        })]);
        if (first is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        return [.. image.Record.Layers.Select(layer => pushed[layer.DiffId])];
    }

    /// <summary>The manifest that the image came with goes out as it is, if it speaks of these very blobs: its digest stays what others know.</summary>
    private (byte[] Manifest, string MediaType)? Received(StoredImage image, IReadOnlyList<Descriptor> layers)
    {
        if (image.Record.Manifest is null)
            return null;
        var manifest = RemoteManifest.Parse(parts.Content.ReadAll(Digest.Parse(image.Record.Manifest)), null);
        return manifest.Image is { } received && (received.Layers ?? []).Select(layer => layer.Digest).SequenceEqual(layers.Select(layer => layer.Digest)) && received.Config?.Digest == image.Id
            ? (manifest.Bytes, manifest.MediaType)
            : null;
    }

    /// <summary>Docker's schema 2, which every registry takes; OCI's where a layer has a form that the other does not know.</summary>
    private static (byte[] Manifest, string MediaType) Write(StoredImage image, long configSize, IReadOnlyList<Descriptor> layers)
    {
        var isDocker = layers.All(layer => layer.MediaType == LayerPush.DockerLayer);
        var manifest = new ImageManifest
        {
            MediaType = isDocker ? MediaTypes.DockerManifest : MediaTypes.Manifest,
            Config = new Descriptor { MediaType = isDocker ? DockerConfig : MediaTypes.Config, Digest = image.Id, Size = configSize },
            Layers = isDocker ? layers : [.. layers.Select(layer => layer.MediaType == LayerPush.DockerLayer ? layer with { MediaType = MediaTypes.LayerGzip } : layer)],
        };
        return (JsonSerializer.SerializeToUtf8Bytes(manifest, OciJson.Default.ImageManifest), manifest.MediaType);
    }

    private Task<bool> PutAsync(RegistrySession session, string tag, byte[] manifest, string mediaType, CancellationToken cancellationToken) => retries.RunAsync(async () =>
    {
        using var response = await session.SendAsync(
            () =>
            {
                var content = new ByteArrayContent(manifest);
                content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
                return new HttpRequestMessage(HttpMethod.Put, session.Address($"manifests/{tag}")) { Content = content };
            },
            session.PushScope, cancellationToken);
        return true;
    }, cancellationToken);

    private async Task RememberAsync(Reference name, string imageId, CancellationToken cancellationToken)
    {
        await parts.Gate.WaitAsync(cancellationToken);
        try
        {
            if (parts.Store.Index.ById(imageId) is { Record.Removed: false } && parts.Store.Index.References.GetValueOrDefault(name.ToString()) != imageId)
                await parts.Store.WriteAsync([], [], new Dictionary<string, string?> { [name.ToString()] = imageId });
        }
        finally
        {
            parts.Gate.Release();
        }
    }

    public void Dispose() => slots.Dispose();
}
