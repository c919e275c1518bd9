namespace Dashboard.Oci.ImageSpec;

/// <summary>OCI image-spec, manifest.md; Docker's schema 2 has the same shape.</summary>
public sealed record ImageManifest
{
    public int SchemaVersion { get; set; } = 2;
    public string? MediaType { get; set; }
    public string? ArtifactType { get; set; }
    public Descriptor? Config { get; set; }
    public IReadOnlyList<Descriptor>? Layers { get; set; }
    public IReadOnlyDictionary<string, string>? Annotations { get; set; }
}
