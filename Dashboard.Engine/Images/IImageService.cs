using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Images;

/// <summary>Images: names to configs, and the content behind them. Errors are <see cref="Errors.EngineException"/> in Docker's words.</summary>
public interface IImageService
{
    IReadOnlyList<Image> List();

    /// <summary>By reference (<c>debian</c>, <c>debian:bookworm-slim</c>, <c>name@sha256:…</c>), id, or unique id prefix.</summary>
    /// <exception cref="Errors.EngineException">NotFound: <c>No such image: x:latest</c>.</exception>
    Image Get(string referenceOrId);

    /// <summary><c>docker load</c>: docker-archive or OCI layout, plain, gzip or zstd. All or nothing per image.</summary>
    Task<IReadOnlyList<LoadedImage>> LoadAsync(Stream tar, IProgress<LayerProgress>? progress, CancellationToken cancellationToken);

    /// <summary><c>docker import</c>: one root file system tar becomes an image with one layer. Returns the image id.</summary>
    Task<string> ImportAsync(Stream tar, string? reference, string? message, IReadOnlyList<string> changes, CancellationToken cancellationToken);

    /// <summary>One more layer on top of an image. An empty one is left out.</summary>
    /// <param name="writeLayer">Writes the layer's tar, on a thread that may block.</param>
    Task<string> CommitAsync(ImageCommit commit, Action<Stream> writeLayer, CancellationToken cancellationToken);

    /// <summary><c>docker save</c>: a docker-archive that is an OCI layout as well.</summary>
    /// <param name="begin">Called once all names are found, on a thread that may block; gives the stream, which is written synchronously.</param>
    Task SaveAsync(IReadOnlyList<string> names, Func<Stream> begin, CancellationToken cancellationToken);

    /// <summary>Removes images that no container was made of and the filter lets pass.</summary>
    /// <param name="danglingOnly">Only those without a name.</param>
    Task<ImagesPruned> PruneAsync(bool danglingOnly, Func<Image, bool> filter, CancellationToken cancellationToken);

    /// <summary>What each image takes, newest first.</summary>
    IReadOnlyList<ImageUsage> Usage();

    /// <summary>Bytes of all layers, each once.</summary>
    long LayersSize { get; }

    Task TagAsync(string source, string target, CancellationToken cancellationToken);

    /// <summary><c>docker rmi</c>. Refuses (409) while a container uses it, in Docker's words.</summary>
    Task<IReadOnlyList<RemovedImage>> RemoveAsync(string referenceOrId, bool force, bool noPrune, CancellationToken cancellationToken);

    IReadOnlyList<HistoryEntry> History(string referenceOrId);

    /// <summary>
    /// Frees what a forced removal left for stopped containers (until then such an image is still found by its full id, so that they can be
    /// started). To be called after a container was deleted; cheap when there is nothing to do.
    /// </summary>
    Task CollectAsync(CancellationToken cancellationToken);
}

/// <summary>An image as the engine knows it; one immutable value, replaced as a whole.</summary>
public sealed record Image
{
    /// <summary><c>sha256:</c> and the digest of the config blob.</summary>
    public required string Id { get; init; }
    /// <summary>Familiar names with tag, sorted: <c>debian:bookworm-slim</c>.</summary>
    public required IReadOnlyList<string> RepoTags { get; init; }
    public IReadOnlyList<string> RepoDigests { get; init; } = [];
    public required DateTimeOffset Created { get; init; }
    /// <summary>Bytes of the unpacked layers.</summary>
    public required long Size { get; init; }
    public required IReadOnlyList<string> DiffIds { get; init; }
    public required Oci.ImageSpec.ImageConfigDocument Config { get; init; }
}

public sealed record LoadedImage(string Id, IReadOnlyList<string> References);

/// <summary>Exactly one of the two is set.</summary>
public sealed record RemovedImage(string? Untagged, string? Deleted);

public sealed record HistoryEntry(string Id, DateTimeOffset Created, string CreatedBy, IReadOnlyList<string> Tags, long Size, string Comment);

public sealed record LayerProgress(string DiffId, long Current, long Total);

/// <summary>Who uses an image; the container store answers.</summary>
public interface IImageUsers
{
    IEnumerable<(string ContainerId, string ContainerName, bool Running)> UsersOf(string imageId);
}

/// <summary>Writable layers of containers over image layers (containerd's word).</summary>
public interface ISnapshotter
{
    /// <summary>Makes upper and work directories for a container over an image; durable until removed.</summary>
    Task<OverlayMount> PrepareAsync(string containerId, Image image, CancellationToken cancellationToken);
    OverlayMount Get(string containerId, Image image);
    Task RemoveAsync(string containerId, CancellationToken cancellationToken);
    /// <summary>Bytes in the upper directory.</summary>
    Task<long> UsageAsync(string containerId, CancellationToken cancellationToken);
    /// <summary>A read of one file of a container's root file system that never leaves it, or null (used for /etc/passwd and /etc/group).</summary>
    byte[]? ReadFile(OverlayMount mount, string path, int maxBytes);
}
