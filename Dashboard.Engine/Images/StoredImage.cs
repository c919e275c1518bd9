using System.Text.Json.Serialization;
using Dashboard.Oci;

namespace Dashboard.Engine.Images;

/// <summary>One layer of an image: its place in the stack, and the blob that it came in.</summary>
internal sealed record StoredLayer
{
    public required string DiffId { get; init; }
    public required string ChainId { get; init; }
    /// <summary>Docker's size: the files' sizes added up.</summary>
    public required long Size { get; init; }
    public required string Blob { get; init; }
    public required long BlobSize { get; init; }
    public required string MediaType { get; init; }
}

/// <summary>What the database keeps of an image beside its config blob (column <c>document</c> of the table images).</summary>
internal sealed record ImageRecord
{
    public IReadOnlyList<StoredLayer> Layers { get; init; } = [];
    /// <summary>Digest of the manifest that the image came with, kept in the content store too; null for a docker-archive.</summary>
    public string? Manifest { get; init; }
    /// <summary>Removed by force while stopped containers need its layers: out of sight, collected when the last of them has gone.</summary>
    public bool Removed { get; init; }
}

/// <summary>An image with all that the service knows of it; immutable.</summary>
internal sealed record StoredImage
{
    public required Image Image { get; init; }
    public required ImageRecord Record { get; init; }
    public IReadOnlyList<Reference> References { get; init; } = [];

    public string Id => Image.Id;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ImageRecord))]
internal sealed partial class ImageRecordJson : JsonSerializerContext;
