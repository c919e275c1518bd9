using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dashboard.Tests.Shared;

/// <summary>An image made by the tests, written in the forms that `docker load` takes. Layers are uncompressed tars, lowest first.</summary>
internal sealed record TestImage
{
    public required string Tag { get; init; }
    public required IReadOnlyList<byte[]> Layers { get; init; }
    /// <summary>The <c>config</c> object of the image's configuration: Env, Cmd, User and so on.</summary>
    public JsonObject Config { get; init; } = [];
    public string Created { get; init; } = "2024-01-02T03:04:05.678901234Z";

    /// <summary>sha256:… of the configuration: Docker's image id.</summary>
    public string Id => Digest(ConfigurationBytes());

    /// <summary>The format of `docker save` before OCI: manifest.json, one JSON and one directory per layer (moby image/spec/v1.2).</summary>
    public byte[] ToDockerArchive()
    {
        var archive = new LayerBuilder();
        var config = ConfigurationBytes();
        var configName = Hex(config) + ".json";
        var layerNames = Layers.Select(layer => Hex(layer) + "/layer.tar").ToArray();
        for (var i = 0; i < Layers.Count; i++) archive.Directory(Hex(Layers[i]) + "/").File(layerNames[i], Layers[i]);
        var manifest = new JsonArray(new JsonObject
        {
            ["Config"] = configName,
            ["RepoTags"] = new JsonArray(Tag),
            ["Layers"] = new JsonArray([.. layerNames.Select(name => (JsonNode)name)]),
        });
        return archive.File(configName, config).File("manifest.json", Bytes(manifest)).ToArray();
    }

    /// <summary>An OCI image layout with gzip layers (image-spec image-layout.md).</summary>
    public byte[] ToOciLayout()
    {
        var archive = new LayerBuilder().File("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()).Directory("blobs/").Directory("blobs/sha256/");
        JsonObject Blob(string mediaType, byte[] bytes)
        {
            archive.File("blobs/sha256/" + Hex(bytes), bytes);
            return new JsonObject { ["mediaType"] = mediaType, ["digest"] = Digest(bytes), ["size"] = bytes.Length };
        }

        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Blob("application/vnd.oci.image.config.v1+json", ConfigurationBytes()),
            ["layers"] = new JsonArray([.. Layers.Select(layer => Blob("application/vnd.oci.image.layer.v1.tar+gzip", Gzip(layer)))]),
        };
        var described = Blob("application/vnd.oci.image.manifest.v1+json", Bytes(manifest));
        described["annotations"] = new JsonObject
        {
            ["io.containerd.image.name"] = "docker.io/library/" + Tag,
            ["org.opencontainers.image.ref.name"] = Tag[(Tag.LastIndexOf(':') + 1)..],
        };
        var index = new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(described) };
        return archive.File("index.json", Bytes(index)).ToArray();
    }

    public byte[] ConfigurationBytes() => Bytes(new JsonObject
    {
        ["architecture"] = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "amd64",
        ["os"] = "linux",
        ["created"] = Created,
        ["config"] = Config.DeepClone(),
        ["rootfs"] = new JsonObject
        {
            ["type"] = "layers",
            ["diff_ids"] = new JsonArray([.. Layers.Select(layer => (JsonNode)Digest(layer))]),
        },
        ["history"] = new JsonArray([.. Layers.Select((_, i) => new JsonObject { ["created"] = Created, ["created_by"] = $"layer {i}" })]),
    });

    public static string Digest(byte[] bytes) => "sha256:" + Hex(bytes);

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static byte[] Bytes(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node);
}
