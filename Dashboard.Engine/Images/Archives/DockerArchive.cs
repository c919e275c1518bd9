using System.Text.Json;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Archives;

/// <summary>What <c>docker save</c> writes: <c>manifest.json</c> names a config and layers for each image (moby image/spec).</summary>
internal static class DockerArchive
{
    public static IEnumerable<ImagePlan> Read(SpooledArchive archive)
    {
        foreach (var item in ReadManifest(archive))
        {
            var config = archive.Find(item.Config ?? throw new TarException("invalid archive: an image without Config"));
            var bytes = SpooledArchive.ReadDocument(config);
            var document = ImageConfigReader.Parse(bytes);
            var layers = item.Layers ?? [];
            if (layers.Count != document.Rootfs.DiffIds.Count)
                throw new TarException($"invalid manifest, layers length mismatch: expected {layers.Count}, got {document.Rootfs.DiffIds.Count}");
            yield return new ImagePlan
            {
                Config = config,
                ConfigBytes = bytes,
                Document = document,
                Layers = [.. layers.Select(archive.Find)],
                References = [.. (item.RepoTags ?? []).Select(ParseTag)],
            };
        }
    }

    private static IReadOnlyList<DockerArchiveItem> ReadManifest(SpooledArchive archive)
    {
        try
        {
            return JsonSerializer.Deserialize(SpooledArchive.ReadDocument(archive.Find(DockerArchiveItem.FileName)), OciJson.Default.IReadOnlyListDockerArchiveItem)
                ?? throw new TarException("invalid manifest, manifest cannot be null (but can be [])");
        }
        catch (JsonException error)
        {
            throw new TarException($"invalid archive: failed to decode {DockerArchiveItem.FileName}: {error.Message}", error);
        }
    }

    private static Reference ParseTag(string text)
    {
        try
        {
            var reference = Reference.Parse(text);
            return reference.Tag is not null && reference.Digest is null ? reference : throw new TarException($"invalid tag \"{text}\"");
        }
        catch (FormatException error)
        {
            throw new TarException(error.Message, error);
        }
    }
}
