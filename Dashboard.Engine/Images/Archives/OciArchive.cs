using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Archives;

/// <summary>
/// An OCI image layout (image-spec, image-layout.md): <c>index.json</c> leads to manifests, through further indexes where an
/// image is for several platforms; of those the one for this machine is taken.
/// </summary>
internal static class OciArchive
{
    public const string IndexName = "index.json";
    private const string ContainerdName = "io.containerd.image.name";
    private const string RefName = "org.opencontainers.image.ref.name";
    private const string AttestationType = "vnd.docker.reference.type";
    private const int NestingMax = 8;

    public static IEnumerable<ImagePlan> Read(SpooledArchive archive)
    {
        var index = Parse(SpooledArchive.ReadDocument(archive.Find(IndexName)), OciJson.Default.ImageIndex, IndexName);
        foreach (var group in (index.Manifests ?? []).Where(IsImage).GroupBy(NameOf))
        {
            foreach (var descriptor in ForThisPlatform([.. group]))
                yield return ReadImage(archive, descriptor, group.Key, NestingMax);
        }
    }

    private static ImagePlan ReadImage(SpooledArchive archive, Descriptor descriptor, string? name, int nesting)
    {
        var member = FindBlob(archive, descriptor);
        var bytes = SpooledArchive.ReadDocument(member);
        var index = Parse(bytes, OciJson.Default.ImageIndex, descriptor.Digest);
        if (index.Manifests is { } manifests)
        {
            if (nesting == 0)
                throw new TarException($"invalid archive: {descriptor.Digest}: indexes nested too deeply");
            var fitting = ForThisPlatform([.. manifests.Where(IsImage)]);
            return fitting.Count > 0
                ? ReadImage(archive, fitting[0], name, nesting - 1)
                : throw new TarException($"invalid archive: {descriptor.Digest}: no image for linux/{HostPlatform.Architecture}");
        }
        var manifest = Parse(bytes, OciJson.Default.ImageManifest, descriptor.Digest);
        if (manifest.Config is null)
            throw new TarException($"invalid archive: {descriptor.Digest}: neither an index nor a manifest");
        return ReadManifest(archive, manifest, member, name);
    }

    private static ImagePlan ReadManifest(SpooledArchive archive, ImageManifest manifest, ArchiveMember member, string? name)
    {
        var config = FindBlob(archive, manifest.Config!);
        var bytes = SpooledArchive.ReadDocument(config);
        var document = ImageConfigReader.Parse(bytes);
        var layers = manifest.Layers ?? [];
        if (layers.Count != document.Rootfs.DiffIds.Count)
            throw new TarException($"invalid manifest, layers length mismatch: expected {layers.Count}, got {document.Rootfs.DiffIds.Count}");
        return new ImagePlan
        {
            Config = config,
            ConfigBytes = bytes,
            Document = document,
            Layers = [.. layers.Select(layer => FindBlob(archive, layer))],
            References = name is not null && Reference.TryParse(name, out var reference) ? [reference.WithDefaultTag()] : [],
            Manifest = member,
        };
    }

    private static ArchiveMember FindBlob(SpooledArchive archive, Descriptor descriptor)
    {
        Digest digest;
        try
        {
            digest = Digest.Parse(descriptor.Digest);
        }
        catch (FormatException error)
        {
            throw new TarException($"invalid archive: \"{descriptor.Digest}\": {error.Message}", error);
        }
        if (digest.Algorithm != "sha256")
            throw new TarException($"invalid archive: {digest}: unsupported digest algorithm");
        var path = $"blobs/{digest.Algorithm}/{digest.Hex}";
        if (!archive.Contains(path))
            throw new TarException($"content digest {digest}: not found");
        var member = archive.Find(path);
        if (member.Blob.Digest != digest)
            throw new TarException($"unexpected commit digest {member.Blob.Digest}, expected {digest}: failed precondition");
        return member.Blob.Length == descriptor.Size ? member
            : throw new TarException($"unexpected commit size {member.Blob.Length}, expected {descriptor.Size}: failed precondition");
    }

    /// <summary>Those for this machine, else those that do not say what they are for. A single one is taken whatever it says, as Docker does.</summary>
    private static IReadOnlyList<Descriptor> ForThisPlatform(IReadOnlyList<Descriptor> descriptors)
    {
        if (descriptors.Count < 2)
            return descriptors;
        var fitting = descriptors.Where(descriptor => descriptor.Platform is { } platform && HostPlatform.Fits(platform)).ToList();
        return fitting.Count > 0 ? fitting : [.. descriptors.Where(descriptor => descriptor.Platform is null)];
    }

    /// <summary>Build attestations lie in the same index, for the platform unknown/unknown.</summary>
    private static bool IsImage(Descriptor descriptor) =>
        descriptor.Annotations?.ContainsKey(AttestationType) != true && descriptor.Platform is not { Os: "unknown" };

    /// <summary>A full name. The plain ref.name of the specification is often only a tag (<c>latest</c>), which names no image.</summary>
    private static string? NameOf(Descriptor descriptor)
    {
        var annotations = descriptor.Annotations;
        if (annotations is null)
            return null;
        if (annotations.TryGetValue(ContainerdName, out var full))
            return full;
        return annotations.TryGetValue(RefName, out var name) && name.AsSpan().IndexOfAny('/', ':') >= 0 ? name : null;
    }

    private static T Parse<T>(byte[] json, JsonTypeInfo<T> type, string what)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new TarException($"invalid archive: {what} is null");
        }
        catch (JsonException error)
        {
            throw new TarException($"invalid archive: failed to decode {what}: {error.Message}", error);
        }
    }
}
