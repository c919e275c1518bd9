using System.Text.Json.Serialization;

namespace Dashboard.Oci.ImageSpec;

/// <summary>A content descriptor (OCI image-spec, descriptor.md).</summary>
public sealed record Descriptor
{
    public string MediaType { get; set; } = "";
    public string Digest { get; set; } = "";
    /// <summary>Bytes.</summary>
    public long Size { get; set; }
    public IReadOnlyList<string>? Urls { get; set; }
    public IReadOnlyDictionary<string, string>? Annotations { get; set; }
    public Platform? Platform { get; set; }
    public string? ArtifactType { get; set; }
}

/// <summary>What an image runs on, in GOOS and GOARCH words (image-spec, image-index.md).</summary>
public sealed record Platform
{
    public string Architecture { get; set; } = "";
    public string Os { get; set; } = "";
    public string? Variant { get; set; }
    [JsonPropertyName("os.version")] public string? OsVersion { get; set; }
    [JsonPropertyName("os.features")] public IReadOnlyList<string>? OsFeatures { get; set; }
}
