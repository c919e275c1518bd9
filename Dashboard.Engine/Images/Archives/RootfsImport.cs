using System.Text.Json;
using Dashboard.Engine.Images.Content;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Archives;

/// <summary><c>docker import</c>: a tar of a root file system is the only layer of a new image, whose config is made up.</summary>
internal static class RootfsImport
{
    private const string LayerPath = "layer.tar";
    private const string ConfigPath = "config.json";
    private const int ChunkSize = 256 * 1024;

    /// <summary>Receives the layer while it is unpacked; both the layer and the config belong to <paramref name="archive"/>.</summary>
    public static async Task<ImagePlan> ReadAsync(
        Stream source, ContentStore content, UnpackPool pool, SpooledArchive archive, ImageExecutionConfig config, string? message, Reference? name, CancellationToken cancellationToken)
    {
        var layer = new ArchiveMember(LayerPath, content.Begin(), null);
        archive.Add(layer);
        layer.UnpackAhead(pool);
        await Task.Factory.StartNew(() => Receive(source, layer.Blob), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        // The diff id is only known when it is unpacked.
        var draft = await layer.UnpackAsync(pool);
        layer.Return(draft);

        var document = Describe(config, message ?? "", draft.Layer.DiffId);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(document, OciJson.Default.ImageConfigDocument);
        var member = new ArchiveMember(ConfigPath, content.Begin(), null);
        archive.Add(member);
        member.Blob.Write(bytes);
        member.Blob.Finish();
        return new ImagePlan { Config = member, ConfigBytes = bytes, Document = document, Layers = [layer], References = name is null ? [] : [name] };
    }

    private static void Receive(Stream source, Ingest blob)
    {
        var buffer = new byte[ChunkSize];
        while (source.Read(buffer, 0, buffer.Length) is > 0 and var count)
            blob.Write(buffer.AsSpan(0, count));
        blob.Finish();
    }

    private static ImageConfigDocument Describe(ImageExecutionConfig config, string message, Digest diffId)
    {
        var comment = message.Length == 0 ? "Imported from -" : message;
        var created = DateTimeOffset.UtcNow;
        return new ImageConfigDocument
        {
            Created = created,
            Architecture = HostPlatform.Architecture,
            Os = "linux",
            Comment = comment,
            Config = config,
            Rootfs = new RootfsDescription { DiffIds = [diffId.ToString()] },
            History = [new ImageHistory { Created = created, Comment = comment }],
        };
    }
}
