using System.Text;
using System.Text.Json;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Pack;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Linux;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images;

/// <summary>An image and the names that it is saved by.</summary>
internal sealed record SavedImage(StoredImage Image, IReadOnlyList<Reference> Tags);

/// <summary>
/// <c>docker save</c>: one archive that is both a docker-archive (manifest.json) and an OCI layout (index.json). Blobs go
/// out as they came in; only a zstd layer is unpacked, because a docker-archive's readers need not know zstd.
/// </summary>
internal sealed class ImageSaver(ContentStore content)
{
    private const string Blobs = "blobs/sha256/";
    private const string ContainerdName = "io.containerd.image.name";
    private const string RefName = "org.opencontainers.image.ref.name";

    /// <summary>Docker's rule (moby image/tarexport, parseNames): a plain name stands for all its tags, an id for the image without names.</summary>
    /// <exception cref="EngineException">NotFound.</exception>
    public static IReadOnlyList<SavedImage> Resolve(ImageIndex index, IEnumerable<string> names)
    {
        var found = new List<(StoredImage Image, Reference? Tag)>();
        foreach (var name in names)
        {
            var isId = Digest.IsIdentifier(name) || Digest.TryParse(name, out _);
            var reference = isId || !Reference.TryParse(name, out var parsed) ? null : parsed;
            if (reference is { Tag: not null, Digest: null })
                found.Add((index.References.TryGetValue(reference.ToString(), out var id) && index.ById(id) is { } tagged ? tagged : throw EngineException.NotFound("reference does not exist"), reference));
            else if (reference is { Digest: null } && Tags(index, reference) is { Count: > 0 } tags)
                found.AddRange(tags);
            else
                found.Add((index.Resolve(name), null));
        }
        return [.. found.GroupBy(each => each.Image.Id).Select(group => new SavedImage(group.First().Image, [.. group.Select(each => each.Tag).OfType<Reference>().Distinct()]))];
    }

    private static List<(StoredImage, Reference?)> Tags(ImageIndex index, Reference name) =>
    [
        .. index.All.SelectMany(image => image.References.Where(reference => reference.Name == name.Name && reference.Tag is not null && reference.Digest is null).Select(reference => (image, (Reference?)reference)))
            .OrderBy(pair => pair.Item2!.Tag, StringComparer.Ordinal),
    ];

    /// <summary>On a thread of its own.</summary>
    public void Write(IReadOnlyList<SavedImage> images, Stream output, CancellationToken cancellationToken)
    {
        using var tar = new TarStreamWriter(output);
        var written = new HashSet<string>(StringComparer.Ordinal);
        Directory(tar, "blobs/");
        Directory(tar, Blobs);
        var items = new List<DockerArchiveItem>();
        var descriptors = new List<Descriptor>();
        foreach (var saved in images)
        {
            var (item, manifest) = WriteImage(tar, saved, written, cancellationToken);
            items.Add(item);
            descriptors.AddRange(saved.Tags.Count == 0 ? [manifest] : saved.Tags.Select(tag => Named(manifest, tag)));
        }
        Document(tar, "index.json", JsonSerializer.SerializeToUtf8Bytes(new Oci.ImageSpec.ImageIndex { MediaType = MediaTypes.Index, Manifests = descriptors }, OciJson.Default.ImageIndex));
        Document(tar, DockerArchiveItem.FileName, JsonSerializer.SerializeToUtf8Bytes(items, OciJson.Default.IReadOnlyListDockerArchiveItem));
        Document(tar, ImageLayout.FileName, JsonSerializer.SerializeToUtf8Bytes(new ImageLayout(), OciJson.Default.ImageLayout));
        tar.Finish();
    }

    private (DockerArchiveItem Item, Descriptor Manifest) WriteImage(TarStreamWriter tar, SavedImage saved, HashSet<string> written, CancellationToken cancellationToken)
    {
        var record = saved.Image.Record;
        var layers = record.Layers.Select(layer => WriteLayer(tar, layer, written, cancellationToken)).ToList();
        var config = content.ReadAll(Digest.Parse(saved.Image.Id));
        Blob(tar, config, written);
        var manifest = Received(record, layers) ?? JsonSerializer.SerializeToUtf8Bytes(
            new ImageManifest { MediaType = MediaTypes.Manifest, Config = new Descriptor { MediaType = MediaTypes.Config, Digest = saved.Image.Id, Size = config.Length }, Layers = layers },
            OciJson.Default.ImageManifest);
        Blob(tar, manifest, written);
        var item = new DockerArchiveItem
        {
            Config = Blobs + Digest.Parse(saved.Image.Id).Hex,
            RepoTags = [.. saved.Tags.Select(tag => tag.Familiar)],
            Layers = [.. layers.Select(layer => Blobs + Digest.Parse(layer.Digest).Hex)],
        };
        var platform = new Platform { Os = "linux", Architecture = saved.Image.Image.Config.Architecture, Variant = saved.Image.Image.Config.Variant };
        return (item, new Descriptor { MediaType = ReadType(manifest), Digest = Digest.OfSha256(manifest).ToString(), Size = manifest.Length, Platform = platform });
    }

    /// <summary>The manifest that the image came with, if it speaks of these very blobs: another image may have brought a layer in another form before.</summary>
    private byte[]? Received(ImageRecord record, IReadOnlyList<Descriptor> layers)
    {
        if (record.Manifest is null)
            return null;
        var bytes = content.ReadAll(Digest.Parse(record.Manifest));
        var manifest = JsonSerializer.Deserialize(bytes, OciJson.Default.ImageManifest);
        return (manifest?.Layers ?? []).Select(layer => layer.Digest).SequenceEqual(layers.Select(layer => layer.Digest)) ? bytes : null;
    }

    private static string ReadType(byte[] manifest) =>
        JsonSerializer.Deserialize(manifest, OciJson.Default.ImageManifest)?.MediaType is { Length: > 0 } type ? type : MediaTypes.Manifest;

    private static Descriptor Named(Descriptor manifest, Reference tag) =>
        manifest with { Annotations = new Dictionary<string, string> { [ContainerdName] = tag.ToString(), [RefName] = tag.Tag! } };

    private Descriptor WriteLayer(TarStreamWriter tar, StoredLayer layer, HashSet<string> written, CancellationToken cancellationToken)
    {
        var blob = Digest.Parse(layer.Blob);
        if (layer.MediaType != MediaTypes.LayerZstd)
        {
            if (written.Add(layer.Blob))
            {
                using var stream = content.Open(blob);
                Copy(tar, blob.Hex, stream, layer.BlobSize, cancellationToken);
            }
            return new Descriptor { MediaType = layer.MediaType, Digest = layer.Blob, Size = layer.BlobSize };
        }
        var size = Plain(blob, stream => Count(stream, cancellationToken));
        if (written.Add(layer.DiffId))
        {
            Plain(blob, stream =>
            {
                Copy(tar, Digest.Parse(layer.DiffId).Hex, stream, size, cancellationToken);
                return size;
            });
        }
        return new Descriptor { MediaType = MediaTypes.LayerTar, Digest = layer.DiffId, Size = size };
    }

    private long Plain(Digest blob, Func<Stream, long> read)
    {
        using var plain = Decompression.OpenDetected(content.Open(blob)).Plain;
        return read(plain);
    }

    private static long Count(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 * 1024];
        long size = 0;
        while (stream.Read(buffer, 0, buffer.Length) is > 0 and var count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            size += count;
        }
        return size;
    }

    private static void Copy(TarStreamWriter tar, string hex, Stream stream, long size, CancellationToken cancellationToken)
    {
        tar.WriteHeader(File(Blobs + hex, size));
        for (long done = 0; done < size;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var room = tar.Room();
            var count = stream.Read(room[..(int)Math.Min(room.Length, size - done)]);
            if (count == 0)
                throw new IOException($"read {Blobs}{hex}: unexpected EOF");
            tar.Advance(count);
            done += count;
        }
        tar.Pad(size);
    }

    private static void Blob(TarStreamWriter tar, byte[] bytes, HashSet<string> written)
    {
        var digest = Digest.OfSha256(bytes);
        if (written.Add(digest.ToString()))
            Document(tar, Blobs + digest.Hex, bytes);
    }

    private static void Document(TarStreamWriter tar, string name, byte[] bytes)
    {
        tar.WriteHeader(File(name, bytes.Length));
        tar.Write(bytes);
        tar.Pad(bytes.Length);
    }

    private static void Directory(TarStreamWriter tar, string name) => tar.WriteHeader(new TarEntry { Type = TarEntryType.Directory, Name = name, Mode = 0x1ED, ModifyTime = new Timespec(0, 0) });

    private static TarEntry File(string name, long size) => new() { Type = TarEntryType.Regular, Name = name, Mode = 0x1A4, Size = size };
}
