using System.Text.Json.Serialization;

namespace Dashboard.Oci.ImageSpec;

/// <summary>A content descriptor (OCI image-spec, descriptor.md).</summary>
public sealed record Descriptor
{
    public string MediaType { get; init; } = "";
    public string Digest { get; init; } = "";
    /// <summary>Bytes.</summary>
    public long Size { get; init; }
    public IReadOnlyList<string>? Urls { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public Platform? Platform { get; init; }
    public string? ArtifactType { get; init; }
}

/// <summary>What an image runs on, in GOOS and GOARCH words (image-spec, image-index.md).</summary>
public sealed record Platform
{
    public string Architecture { get; init; } = "";
    public string Os { get; init; } = "";
    public string? Variant { get; init; }
    [JsonPropertyName("os.version")] public string? OsVersion { get; init; }
    [JsonPropertyName("os.features")] public IReadOnlyList<string>? OsFeatures { get; init; }
}
