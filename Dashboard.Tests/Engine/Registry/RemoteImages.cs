using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Tests.Shared;
using ZstdSharp;

namespace Dashboard.Tests.Engine.Registry;

/// <summary>Puts test images into a <see cref="FakeRegistry"/>, in the forms that registries hold.</summary>
internal static class RemoteImages
{
    public const string DockerType = "application/vnd.docker.distribution.manifest.v2+json";
    public const string OciType = "application/vnd.oci.image.manifest.v1+json";
    public const string IndexType = "application/vnd.oci.image.index.v1+json";

    /// <summary>Random bytes do not pack, so that a blob is as large as its layer.</summary>
    public static byte[] Layer(string name, int size = 200_000)
    {
        var content = new byte[size];
        new Random(name.Length + size).NextBytes(content);
        return new LayerBuilder().Directory("d/").File("d/" + name, content).ToArray();
    }

    public static TestImage Image(string tag, params byte[][] layers) => new() { Tag = tag, Layers = layers, Config = new JsonObject { ["Labels"] = new JsonObject { ["for"] = tag } } };

    public static byte[] Zstd(byte[] bytes)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(bytes).ToArray();
    }

    /// <returns>The digest of the manifest.</returns>
    public static string Add(FakeRegistry registry, string repository, string? tag, TestImage image, Func<byte[], byte[]>? pack = null, bool oci = false, byte[]? config = null)
    {
        config ??= image.ConfigurationBytes();
        registry.AddBlob(config);
        return registry.AddManifest(repository, tag, Manifest(image, config, [.. image.Layers.Select(layer => (pack ?? TestImage.Gzip)(layer))], registry, oci), oci ? OciType : DockerType);
    }

    public static string AddIndex(FakeRegistry registry, string repository, string tag, params (string Digest, string Platform)[] images)
    {
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = IndexType,
            ["manifests"] = new JsonArray([.. images.Select(image =>
            {
                var parts = image.Platform.Split('/');
                var platform = new JsonObject { ["os"] = parts[0], ["architecture"] = parts[1] };
                if (parts.Length > 2) platform["variant"] = parts[2];
                return (JsonNode)new JsonObject { ["mediaType"] = OciType, ["digest"] = image.Digest, ["size"] = registry.Manifest(repository, image.Digest).Length, ["platform"] = platform };
            })]),
        };
        return registry.AddManifest(repository, tag, JsonSerializer.SerializeToUtf8Bytes(index), IndexType);
    }

    private static byte[] Manifest(TestImage image, byte[] config, List<byte[]> blobs, FakeRegistry registry, bool oci) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = oci ? OciType : DockerType,
        ["config"] = new JsonObject { ["mediaType"] = oci ? "application/vnd.oci.image.config.v1+json" : "application/vnd.docker.container.image.v1+json", ["digest"] = TestImage.Digest(config), ["size"] = config.Length },
        ["layers"] = new JsonArray([.. blobs.Select(blob => (JsonNode)new JsonObject
        {
            ["mediaType"] = oci ? "application/vnd.oci.image.layer.v1.tar+gzip" : "application/vnd.docker.image.rootfs.diff.tar.gzip",
            ["digest"] = registry.AddBlob(blob),
            ["size"] = blob.Length,
        })]),
    });
}
