namespace Dashboard.Oci.ImageSpec;

/// <summary>OCI image-spec, image-index.md; Docker's manifest list has the same shape.</summary>
public sealed record ImageIndex
{
    public int SchemaVersion { get; set; } = 2;
    public string? MediaType { get; set; }
    public IReadOnlyList<Descriptor>? Manifests { get; set; }
    public IReadOnlyDictionary<string, string>? Annotations { get; set; }
}

/// <summary>The file <c>oci-layout</c> (image-spec, image-layout.md).</summary>
public sealed record ImageLayout
{
    public const string FileName = "oci-layout";

    public string ImageLayoutVersion { get; set; } = "1.0.0";
}
