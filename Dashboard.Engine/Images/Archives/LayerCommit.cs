using System.Text.Json;
using Dashboard.Engine.Images.Content;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Archives;

/// <summary>One more layer on top of an image, as a plan; a layer with nothing in it is only an entry of the history.</summary>
internal static class LayerCommit
{
    /// <summary>An archive of nothing: 1,024 zeros.</summary>
    private static readonly string Nothing = Digest.OfSha256(new byte[1024]).ToString();

    /// <param name="write">Writes the layer's tar, on a thread of its own.</param>
    public static async Task<ImagePlan> ReadAsync(ImageCommit commit, Image parent, Reference? name, Action<Stream> write, ContentStore content, UnpackPool pool, SpooledArchive archive, CancellationToken cancellationToken)
    {
        var layer = new ArchiveMember("layer.tar", content.Begin(), null);
        archive.Add(layer);
        layer.UnpackAhead(pool);
        await Task.Factory.StartNew(() => Receive(write, layer.Blob), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var isEmpty = layer.Blob.Digest.ToString() == Nothing;
        // The layers of the parent are there, and stay while the container is.
        var layers = parent.DiffIds.Select(diffId => new ArchiveMember(diffId, null, diffId)).ToList();
        if (!isEmpty)
            layers.Add(layer);

        var document = Describe(commit, parent.Config, isEmpty ? null : layer.Blob.Digest);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, OciJson.Default.ImageConfigDocument);
        var config = new ArchiveMember("config.json", content.Begin(), null);
        archive.Add(config);
        config.Blob.Write(bytes);
        config.Blob.Finish();
        return new ImagePlan { Config = config, ConfigBytes = bytes, Document = document, Layers = layers, References = name is null ? [] : [name] };
    }

    private static void Receive(Action<Stream> write, Ingest blob)
    {
        try
        {
            using var stream = new IngestWriter(blob);
            write(stream);
            blob.Finish();
        }
        catch (Exception error)
        {
            // Whoever unpacks it already waits for more.
            blob.Fail(error);
            throw;
        }
    }

    private static ImageConfigDocument Describe(ImageCommit commit, ImageConfigDocument parent, Digest? diffId)
    {
        var created = DateTimeOffset.UtcNow;
        var history = new ImageHistory
        {
            Created = created,
            CreatedBy = commit.CreatedBy,
            Author = commit.Author.Length == 0 ? null : commit.Author,
            Comment = commit.Comment.Length == 0 ? null : commit.Comment,
            EmptyLayer = diffId is null ? true : null,
        };
        return new ImageConfigDocument
        {
            Created = created,
            Author = commit.Author.Length == 0 ? null : commit.Author,
            Architecture = parent.Architecture.Length == 0 ? HostPlatform.Architecture : parent.Architecture,
            Variant = parent.Variant,
            Os = "linux",
            Comment = commit.Comment.Length == 0 ? null : commit.Comment,
            Config = commit.Config,
            Rootfs = new RootfsDescription { DiffIds = diffId is null ? parent.Rootfs.DiffIds : [.. parent.Rootfs.DiffIds, diffId.Value.ToString()] },
            History = [.. parent.History, history],
        };
    }
}
