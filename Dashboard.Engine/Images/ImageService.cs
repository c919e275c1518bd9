using Dashboard.Engine.Errors;
using Dashboard.Engine.Events;
using Dashboard.Engine.Images.Archives;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Engine.Metadata;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Images;

/// <summary>
/// Images of this engine: config and layer blobs in the content store, unpacked layers in the layer store, names in the
/// database. One lock serialises what changes them; readers use the index and never wait.
/// </summary>
internal sealed partial class ImageService : IImageService, IDisposable
{
    /// <summary>Left free on the data-root's file system, so that an image cannot take the disk from everything else.</summary>
    internal const long DiskReserveBytes = 256 << 20;

    private readonly ContentStore content;
    private readonly LayerStore layers;
    private readonly ImageStore store;
    private readonly ImageCommitter committer;
    private readonly ImageRemoval removal;
    private readonly ImageSaver saver;
    private readonly Func<IImageUsers> users;
    private readonly IEvents events;
    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly long reserveBytes;

    public ImageService(EngineOptions options, EngineDatabase database, IEvents events, Func<IImageUsers> users, ILogger<ImageService> logger)
        : this(options, database, events, users, logger, DiskReserveBytes)
    {
    }

    internal ImageService(EngineOptions options, EngineDatabase database, IEvents events, Func<IImageUsers> users, ILogger<ImageService> logger, long reserveBytes)
    {
        this.events = events;
        this.users = users;
        this.reserveBytes = reserveBytes;
        content = new ContentStore(Path.Combine(options.DataRoot, "content"), reserveBytes);
        layers = new LayerStore(Path.Combine(options.DataRoot, "snapshots"));
        store = new ImageStore(database);
        saver = new ImageSaver(content);
        committer = new ImageCommitter(content, layers, store, gate);
        removal = new ImageRemoval(content, layers, store, users);
        Parts = new ImageParts(content, layers, store, committer, gate, reserveBytes);
        Recover(logger, options.Registry.PartialLifetime);
    }

    /// <summary>For the registry client.</summary>
    internal ImageParts Parts { get; }

    public IReadOnlyList<Image> List() => store.Index.List;

    public Image Get(string referenceOrId) => store.Index.Resolve(referenceOrId).Image;

    public IReadOnlyList<HistoryEntry> History(string referenceOrId) => ImageHistoryReader.Read(store.Index.Resolve(referenceOrId));

    public async Task<IReadOnlyList<LoadedImage>> LoadAsync(Stream tar, IProgress<LayerProgress>? progress, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var pool = new UnpackPool(layers, reserveBytes, linked.Token);
        await using var archive = new SpooledArchive();
        try
        {
            await SpoolAsync(tar, archive, pool, progress, cancellationToken);
            var loaded = new List<LoadedImage>();
            foreach (var plan in Plans(archive))
            {
                var image = await committer.CommitAsync(plan, pool, cancellationToken);
                await PublishAsync(image, "load", image.Id);
                loaded.Add(new LoadedImage(image.Id, [.. plan.References.Select(reference => reference.Familiar)]));
            }
            return loaded;
        }
        catch (Exception error) when (error is TarException or IOException)
        {
            await linked.CancelAsync();
            throw ImageCommitter.Explain(error);
        }
        catch
        {
            await linked.CancelAsync();
            throw;
        }
    }

    public async Task<string> ImportAsync(Stream tar, string? reference, string? message, IReadOnlyList<string> changes, CancellationToken cancellationToken)
    {
        var name = string.IsNullOrEmpty(reference) ? null : ParseTarget(reference, "cannot import digest reference");
        var config = ImageChanges.Apply(new ImageExecutionConfig(), changes);
        var image = await MakeAsync(
            (pool, archive) => RootfsImport.ReadAsync(new BlockingStream(tar, cancellationToken), content, pool, archive, config, message, name, cancellationToken),
            cancellationToken);
        if (name is not null)
            await PublishAsync(image, "tag", name.Familiar);
        await PublishAsync(image, "import", image.Id);
        return image.Id;
    }

    public async Task<string> CommitAsync(ImageCommit commit, Action<Stream> writeLayer, CancellationToken cancellationToken)
    {
        var name = string.IsNullOrEmpty(commit.Reference) ? null : ParseTarget(commit.Reference, "refusing to create a tag with a digest reference");
        var parent = store.Index.Resolve(commit.ParentId).Image;
        var image = await MakeAsync(
            (pool, archive) => LayerCommit.ReadAsync(commit, parent, name, writeLayer, content, pool, archive, cancellationToken),
            cancellationToken);
        if (name is not null)
            await PublishAsync(image, "tag", name.Familiar);
        return image.Id;
    }

    public async Task SaveAsync(IReadOnlyList<string> names, Func<Stream> begin, CancellationToken cancellationToken)
    {
        var images = ImageSaver.Resolve(store.Index, names);
        await Task.Factory.StartNew(() => saver.Write(images, begin(), cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        foreach (var saved in images)
            await PublishAsync(saved.Image, "save", saved.Image.Id);
    }

    public async Task<ImagesPruned> PruneAsync(bool danglingOnly, Func<Image, bool> filter, CancellationToken cancellationToken)
    {
        var before = store.Index;
        var removed = new List<RemovedImage>();
        foreach (var image in before.List.Where(filter).Select(image => before.ById(image.Id)!).Where(image => !(danglingOnly && image.Image.RepoTags.Count > 0)))
        {
            try
            {
                IEnumerable<string> names = image.References.Count == 0 ? [image.Id] : image.References.Select(reference => reference.Familiar);
                if (!users().UsersOf(image.Id).Any())
                {
                    foreach (var name in names)
                        removed.AddRange(await RemoveAsync(name, false, false, cancellationToken));
                }
            }
            catch (EngineException error) when (error.Kind is ErrorKind.Conflict or ErrorKind.NotFound)
            {
                // It was taken into use, or removed, meanwhile: it is not ours to remove any more.
            }
        }
        var reclaimed = removed.Sum(entry => entry.Deleted is { } deleted ? before.Layer(deleted)?.Size ?? 0 : 0);
        await events.PublishAsync("image", "prune", "", new Dictionary<string, string> { ["reclaimed"] = reclaimed.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        return new ImagesPruned(removed, reclaimed);
    }

    public IReadOnlyList<ImageUsage> Usage()
    {
        var index = store.Index;
        var owners = index.All.Where(image => !image.Record.Removed).SelectMany(image => image.Record.Layers.Select(layer => layer.ChainId).Distinct()).CountBy(chain => chain).ToDictionary();
        return [.. index.List.Select(image => new ImageUsage(image, index.ById(image.Id)!.Record.Layers.Where(layer => owners[layer.ChainId] > 1).Sum(layer => layer.Size), users().UsersOf(image.Id).Count()))];
    }

    public long LayersSize => store.Index.All.SelectMany(image => image.Record.Layers).DistinctBy(layer => layer.ChainId).Sum(layer => layer.Size);

    /// <summary>A plan that is made while its layer comes in, made an image; on any failure nothing is left of it.</summary>
    private async Task<StoredImage> MakeAsync(Func<UnpackPool, SpooledArchive, Task<ImagePlan>> read, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var pool = new UnpackPool(layers, reserveBytes, linked.Token);
        await using var archive = new SpooledArchive();
        try
        {
            return await committer.CommitAsync(await read(pool, archive), pool, cancellationToken);
        }
        catch (Exception error) when (error is TarException or IOException)
        {
            await linked.CancelAsync();
            throw ImageCommitter.Explain(error);
        }
        catch
        {
            await linked.CancelAsync();
            throw;
        }
    }

    public async Task TagAsync(string source, string target, CancellationToken cancellationToken)
    {
        var name = ParseTarget(target, "refusing to create a tag with a digest reference");
        if (name.FamiliarName == "sha256")
            throw EngineException.Invalid("refusing to create an ambiguous tag using digest algorithm as name");
        StoredImage image;
        await gate.WaitAsync(cancellationToken);
        try
        {
            image = store.Index.Resolve(source);
            await store.WriteAsync([], [], new Dictionary<string, string?> { [name.ToString()] = image.Id });
        }
        finally
        {
            gate.Release();
        }
        await PublishAsync(image, "tag", name.Familiar);
    }

    public async Task<IReadOnlyList<RemovedImage>> RemoveAsync(string referenceOrId, bool force, bool noPrune, CancellationToken cancellationToken)
    {
        StoredImage image;
        IReadOnlyList<RemovedImage> removed;
        await gate.WaitAsync(cancellationToken);
        try
        {
            image = removal.Resolve(referenceOrId);
            removed = await removal.RemoveAsync(image, referenceOrId, force);
        }
        finally
        {
            gate.Release();
        }
        await Task.Run(layers.EmptyTrash, CancellationToken.None);
        foreach (var entry in removed)
        {
            if (entry.Untagged is not null)
                await PublishAsync(image, "untag", image.Id);
            else if (entry.Deleted == image.Id)
                await PublishAsync(image, "delete", image.Id);
        }
        return removed;
    }

    public async Task CollectAsync(CancellationToken cancellationToken)
    {
        if (!store.Index.All.Any(image => image.Record.Removed))
            return;
        await gate.WaitAsync(cancellationToken);
        try
        {
            await removal.CollectAsync();
        }
        finally
        {
            gate.Release();
        }
        await Task.Run(layers.EmptyTrash, CancellationToken.None);
    }

    /// <summary>The body of a request may only be read asynchronously, and the tar is read synchronously: on a thread for this alone.</summary>
    private async Task SpoolAsync(Stream tar, SpooledArchive archive, UnpackPool pool, IProgress<LayerProgress>? progress, CancellationToken cancellationToken)
    {
        var spooler = new ArchiveSpooler(content, pool, digest => store.Index.HasBlob(digest.ToString()), progress);
        await Task.Factory.StartNew(
            () => spooler.Read(new BlockingStream(tar, cancellationToken), archive, cancellationToken),
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>An archive may be both; then Docker's own manifest knows the names.</summary>
    private static IEnumerable<ImagePlan> Plans(SpooledArchive archive) =>
        archive.Contains(DockerArchiveItem.FileName) ? DockerArchive.Read(archive)
        : archive.Contains(OciArchive.IndexName) ? OciArchive.Read(archive)
        : throw new TarException($"invalid archive: does not contain a {DockerArchiveItem.FileName}");

    private static Reference ParseTarget(string text, string noDigest)
    {
        try
        {
            var reference = Reference.Parse(text);
            return reference.Digest is null ? reference.WithDefaultTag() : throw EngineException.Invalid(noDigest);
        }
        catch (FormatException error)
        {
            throw EngineException.Invalid(error.Message);
        }
    }

    private ValueTask PublishAsync(StoredImage image, string action, string name)
    {
        // Of what is gone dockerd knows no labels any more.
        var labels = action is "delete" ? null : image.Image.Config.Config.Labels;
        var attributes = new Dictionary<string, string>(labels ?? new Dictionary<string, string>()) { ["name"] = name };
        return events.PublishAsync("image", action, image.Id, attributes);
    }

    /// <summary>Takes the state from the disk and removes what a process that died had begun.</summary>
    private void Recover(ILogger logger, TimeSpan partialLifetime)
    {
        var damaged = store.Load(content);
        foreach (var id in damaged)
            LogDamaged(logger, id[..19]);
        var ingests = content.RemoveLeftovers() + content.RemovePartials(DateTime.UtcNow - partialLifetime);
        var (drafts, orphans) = layers.RemoveLeftovers(store.KnownChainIds());
        // A damaged image may still be repaired by loading it again: its blobs stay.
        var blobs = damaged.Count > 0 ? 0 : removal.DeleteUnusedBlobs();
        if (ingests + drafts + orphans + blobs > 0)
            LogLeftovers(logger, ingests, drafts, orphans, blobs);
    }

    public void Dispose()
    {
        content.Dispose();
        gate.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The config of image {Id} is missing or damaged; the image is left out. Load it again")]
    private static partial void LogDamaged(ILogger logger, string id);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed what an interrupted run left: {Ingests} half-received files, {Drafts} half-unpacked layers, {Layers} unknown layers, {Blobs} unused blobs")]
    private static partial void LogLeftovers(ILogger logger, int ingests, int drafts, int layers, int blobs);
}
