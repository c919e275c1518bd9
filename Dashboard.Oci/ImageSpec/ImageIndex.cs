namespace Dashboard.Oci.ImageSpec;

/// <summary>OCI image-spec, image-index.md; Docker's manifest list has the same shape.</summary>
public sealed record ImageIndex
{
    public int SchemaVersion { get; init; } = 2;
    public string? MediaType { get; init; }
    public IReadOnlyList<Descriptor>? Manifests { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

/// <summary>The file <c>oci-layout</c> (image-spec, image-layout.md).</summary>
public sealed record ImageLayout
{
    public const string FileName = "oci-layout";

    public string ImageLayoutVersion { get; init; } = "1.0.0";
}
