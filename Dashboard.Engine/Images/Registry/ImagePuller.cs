using Dashboard.Engine.Images.Archives;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Registry.Transfer;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Registry;

/// <summary>
/// Pulls one tag or digest: the manifest, the config, then all layers side by side, unpacked while they come in; the image appears in one
/// step at the end. What is here already is not fetched.
/// </summary>
internal sealed class ImagePuller(ImageParts parts, BlobTransfers transfers, LayerPlaces places, RetryPolicy retries, RegistryOptions options)
{
    /// <summary>How often an image that shares layers with ours may be removed in between.</summary>
    private const int GoneMax = 5;
    private const int NestingMax = 4;

    /// <param name="reference">With a tag or a digest.</param>
    /// <param name="platform">Null: this machine's.</param>
    /// <returns>Whether the name stands for another image than before.</returns>
    public async Task<bool> PullAsync(RegistrySession session, Reference reference, PlatformChoice? platform, IProgress<RegistryProgress> progress, CancellationToken cancellationToken)
    {
        var client = new ManifestClient(session, retries);
        var pulling = RegistryProgress.Message($"Pulling from {session.Repository}", reference.Digest is null ? reference.Tag! : reference.Familiar);
        if (await KnownAsync(client, reference, platform, cancellationToken) is { } known)
        {
            progress.Report(pulling);
            return await NameAsync(reference, known.Digest, known.ImageId, progress, cancellationToken) ?? await PullAsync(session, reference, platform, progress, cancellationToken);
        }
        var top = await client.GetAsync(reference.Digest?.ToString() ?? reference.Tag!, cancellationToken);
        progress.Report(pulling);
        var manifest = await ResolveAsync(client, top, platform ?? PlatformChoice.Host, cancellationToken);
        var imageId = ManifestClient.Check(manifest.Image!.Config!).ToString();
        if (parts.Store.Index.ById(imageId) is { Record.Removed: false } && await NameAsync(reference, top.Digest, imageId, progress, cancellationToken) is { } renamed)
            return renamed;
        var before = parts.Store.Index.References.GetValueOrDefault(reference.ToString());
        await FetchAsync(session, client, manifest, Names(reference, top.Digest), progress, cancellationToken);
        await RememberPlacesAsync(reference, manifest.Image, imageId);
        progress.Report(RegistryProgress.Message($"Digest: {top.Digest}"));
        return before != imageId;
    }

    /// <summary>An image here that the tag or digest stands for, found without fetching a manifest.</summary>
    private async Task<(Digest Digest, string ImageId)?> KnownAsync(ManifestClient client, Reference reference, PlatformChoice? platform, CancellationToken cancellationToken)
    {
        if ((reference.Digest ?? await client.HeadAsync(reference.Tag!, cancellationToken)) is not { Algorithm: "sha256" } digest)
            return null;
        var index = parts.Store.Index;
        var image = index.References.TryGetValue(reference.WithDigest(digest).ToString(), out var id) ? index.ById(id) : null;
        // The digest may be that of an index, of which another platform's image was pulled.
        var wanted = platform ?? PlatformChoice.Host;
        return image is { Record.Removed: false } && wanted.Fits("linux", image.Image.Config.Architecture, image.Image.Config.Variant) ? (digest, image.Id) : null;
    }

    /// <summary>Null when the image has gone meanwhile.</summary>
    private async Task<bool?> NameAsync(Reference reference, Digest digest, string imageId, IProgress<RegistryProgress> progress, CancellationToken cancellationToken)
    {
        var names = Names(reference, digest);
        await parts.Gate.WaitAsync(cancellationToken);
        try
        {
            var index = parts.Store.Index;
            if (index.ById(imageId) is not { Record.Removed: false })
                return null;
            var changed = index.References.GetValueOrDefault(reference.ToString()) != imageId;
            if (names.Any(name => index.References.GetValueOrDefault(name.ToString()) != imageId))
                await parts.Store.WriteAsync([], [], names.ToDictionary(name => name.ToString(), _ => (string?)imageId));
            progress.Report(RegistryProgress.Message($"Digest: {digest}"));
            return changed;
        }
        finally
        {
            parts.Gate.Release();
        }
    }

    private Task RememberPlacesAsync(Reference reference, ImageManifest manifest, string imageId) =>
        parts.Store.Index.ById(imageId) is { } image
            ? places.AddAsync([.. image.Record.Layers.Zip(manifest.Layers ?? [], (layer, descriptor) => new LayerPlace(layer.DiffId, reference.Name, descriptor.Digest, descriptor.Size, descriptor.MediaType))])
            : Task.CompletedTask;

    private static async Task<RemoteManifest> ResolveAsync(ManifestClient client, RemoteManifest manifest, PlatformChoice platform, CancellationToken cancellationToken)
    {
        for (var nesting = 0; manifest.Index is { } index; nesting++)
        {
            var chosen = platform.From(index) ?? throw new RegistryException($"no matching manifest for {platform} in the manifest list entries");
            if (nesting == NestingMax)
                throw new RegistryException($"{manifest.Digest}: indexes nested too deeply");
            var digest = ManifestClient.Check(chosen);
            manifest = await client.GetAsync(digest.ToString(), cancellationToken);
        }
        return manifest;
    }

    private async Task FetchAsync(RegistrySession session, ManifestClient client, RemoteManifest manifest, IReadOnlyList<Reference> names, IProgress<RegistryProgress> progress, CancellationToken cancellationToken)
    {
        var descriptor = manifest.Image!.Config!;
        if (!IsImageConfig(descriptor.MediaType))
            throw new RegistryException($"the artifact's config has the media type {descriptor.MediaType}: this is no image");
        var config = await client.BlobAsync(descriptor, cancellationToken);
        var document = ImageConfigReader.Parse(config);
        var layers = manifest.Image.Layers ?? [];
        if (layers.Count != document.Rootfs.DiffIds.Count)
            throw new RegistryException($"invalid manifest: {layers.Count} layers, and the config has {document.Rootfs.DiffIds.Count}");
        var fetcher = new BlobFetcher(session, retries, options);
        for (var gone = 0; ; gone++)
        {
            try
            {
                await FetchLayersAsync(fetcher, layers, document, config, manifest.Bytes, names, progress, cancellationToken);
                return;
            }
            catch (LayerGoneException) when (gone < GoneMax)
            {
                // It is fetched like the others.
            }
        }
    }

    private async Task FetchLayersAsync(BlobFetcher fetcher, IReadOnlyList<Descriptor> layers, ImageConfigDocument document, byte[] config, byte[] manifest, IReadOnlyList<Reference> names, IProgress<RegistryProgress> progress, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var pool = parts.NewPool(linked.Token);
        await using var archive = new SpooledArchive();
        var pulls = new LayerPull?[layers.Count];
        var keep = false;
        try
        {
            string? chain = null;
            for (var i = 0; i < layers.Count; i++)
            {
                chain = Digest.ChainId(chain, document.Rootfs.DiffIds[i]);
                var exists = parts.Store.Index.Layer(chain) is not null;
                progress.Report(new RegistryProgress(ManifestClient.Check(layers[i]).Hex[..12], exists ? "Already exists" : "Pulling fs layer"));
                if (!exists)
                    pulls[i] = new LayerPull(parts, transfers, fetcher, layers[i], document.Rootfs.DiffIds[i], progress);
            }
            await RunAllAsync(pulls.OfType<LayerPull>(), pool, linked);
            var plan = new ImagePlan
            {
                Config = Spool(archive, "config", config),
                ConfigBytes = config,
                Document = document,
                Layers = [.. pulls.Select((pull, i) => pull?.Member ?? new ArchiveMember(document.Rootfs.DiffIds[i], null, layers[i].Digest))],
                References = names,
                Manifest = Spool(archive, "manifest", manifest),
            };
            await parts.Committer.CommitAsync(plan, pool, cancellationToken);
        }
        catch (Exception error)
        {
            // Whoever gives up wants nothing left; whoever fails will try again.
            keep = !cancellationToken.IsCancellationRequested && error is RegistryException or LayerGoneException;
            await linked.CancelAsync();
            throw;
        }
        finally
        {
            foreach (var pull in pulls.OfType<LayerPull>())
            {
                pull.Keep = keep;
                await pull.DisposeAsync();
            }
        }
    }

    /// <summary>The first failure stops the others and is the one that is told.</summary>
    private static async Task RunAllAsync(IEnumerable<LayerPull> pulls, UnpackPool pool, CancellationTokenSource stop)
    {
        Exception? first = null;
        await Task.WhenAll([.. pulls.Select(async pull =>
        {
            try
            {
                await pull.RunAsync(pool, stop.Token);
            }
            catch (Exception error)
            {
                Interlocked.CompareExchange(ref first, error, null);
                await stop.CancelAsync();
            }
        })]);
        if (first is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
    }

    private ArchiveMember Spool(SpooledArchive archive, string name, byte[] bytes)
    {
        var member = new ArchiveMember(name, parts.Content.Begin(), null);
        archive.Add(member);
        member.Blob.Write(bytes);
        member.Blob.Finish();
        return member;
    }

    private static IReadOnlyList<Reference> Names(Reference reference, Digest digest)
    {
        var canonical = reference.WithDigest(digest);
        return reference.Digest is null ? [reference, canonical] : [canonical];
    }

    private static bool IsImageConfig(string mediaType) =>
        mediaType is "" or MediaTypes.Config or "application/vnd.docker.container.image.v1+json" or "application/octet-stream" or "text/html";
}
