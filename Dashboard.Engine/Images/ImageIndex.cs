using System.Collections.Frozen;
using Dashboard.Engine.Errors;
using Dashboard.Oci;

namespace Dashboard.Engine.Images;

/// <summary>All images at one moment; a new value replaces it as a whole, so readers need no lock.</summary>
internal sealed class ImageIndex
{
    private readonly FrozenDictionary<string, StoredImage> byId;
    private readonly FrozenDictionary<string, string> ids;
    private readonly FrozenDictionary<string, StoredLayer> layers;
    private readonly FrozenSet<string> blobs;
    private readonly string[] sortedHex;

    public ImageIndex(IEnumerable<StoredImage> images, IReadOnlyDictionary<string, string> references)
    {
        var named = references.ToLookup(pair => pair.Value, pair => Reference.Parse(pair.Key));
        byId = images.Select(image => Named(image, named[image.Id])).ToFrozenDictionary(image => image.Id, StringComparer.Ordinal);
        ids = references.ToFrozenDictionary(StringComparer.Ordinal);
        layers = byId.Values.SelectMany(image => image.Record.Layers).DistinctBy(layer => layer.ChainId).ToFrozenDictionary(layer => layer.ChainId, StringComparer.Ordinal);
        blobs = byId.Values.SelectMany(ImageRemoval.BlobsOf).ToFrozenSet(StringComparer.Ordinal);
        var visible = byId.Values.Where(image => !image.Record.Removed).ToList();
        sortedHex = [.. visible.Select(image => Hex(image.Id)).Order(StringComparer.Ordinal)];
        List = [.. visible.Select(image => image.Image).OrderByDescending(image => image.Created)];
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Image> List { get; }

    public IEnumerable<StoredImage> All => byId.Values;

    /// <summary>Full reference to image id.</summary>
    public IReadOnlyDictionary<string, string> References => ids;

    public StoredImage? ById(string id) => byId.GetValueOrDefault(id);

    public StoredLayer? Layer(string chainId) => layers.GetValueOrDefault(chainId);

    /// <summary>Whether an image needs the blob: its config, its manifest, or a layer.</summary>
    public bool HasBlob(string digest) => blobs.Contains(digest);

    /// <summary>
    /// Docker's order: a full id, then a name, then a prefix of an id. A prefix that fits several is not found, as there.
    /// </summary>
    /// <exception cref="EngineException">InvalidParameter for what is no reference, else NotFound.</exception>
    public StoredImage Resolve(string text)
    {
        if (Digest.IsIdentifier(text) || Digest.TryParse(text, out _))
        {
            var id = text.Contains(':') ? text : "sha256:" + text;
            return byId.GetValueOrDefault(id) ?? throw NoSuchImage(id);
        }
        Reference reference;
        try
        {
            reference = Reference.Parse(text).WithDefaultTag();
        }
        catch (FormatException error)
        {
            throw EngineException.Invalid(error.Message);
        }
        if (ids.TryGetValue(reference.ToString(), out var named) && byId.TryGetValue(named, out var image))
            return image;
        return ByPrefix(text, reference) ?? ByDigest(reference) ?? throw NoSuchImage(reference.Familiar);
    }

    private StoredImage? ByPrefix(string text, Reference reference)
    {
        var prefix = text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text;
        var at = Array.BinarySearch(sortedHex, prefix, StringComparer.Ordinal);
        at = at < 0 ? ~at : at;
        if (prefix.Length == 0 || at == sortedHex.Length || !sortedHex[at].StartsWith(prefix, StringComparison.Ordinal))
            return null;
        if (at + 1 < sortedHex.Length && sortedHex[at + 1].StartsWith(prefix, StringComparison.Ordinal))
            throw EngineException.NotFound($"No such image: {reference.Familiar}: the ID prefix {prefix} is ambiguous");
        return byId["sha256:" + sortedHex[at]];
    }

    /// <summary><c>name@sha256:…</c> where the digest is the id or the manifest of an image of that name.</summary>
    private StoredImage? ByDigest(Reference reference)
    {
        var digest = reference.Digest?.ToString();
        return digest is null ? null : byId.Values.FirstOrDefault(image =>
            (image.Id == digest || image.Record.Manifest == digest) && image.References.Any(other => other.Name == reference.Name));
    }

    private static StoredImage Named(StoredImage image, IEnumerable<Reference> references)
    {
        var sorted = references.OrderBy(reference => reference.Familiar, StringComparer.Ordinal).ToList();
        return image with
        {
            References = sorted,
            Image = image.Image with
            {
                RepoTags = [.. sorted.Where(reference => reference.Digest is null).Select(reference => reference.Familiar)],
                RepoDigests = [.. sorted.Where(reference => reference.Digest is not null).Select(reference => reference.Familiar)],
            },
        };
    }

    private static string Hex(string id) => id[(id.IndexOf(':') + 1)..];

    private static EngineException NoSuchImage(string what) => EngineException.NotFound($"No such image: {what}");
}
