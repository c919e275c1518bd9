namespace Dashboard.Oci.ImageSpec;

/// <summary>OCI image-spec, manifest.md; Docker's schema 2 has the same shape.</summary>
public sealed record ImageManifest
{
    public int SchemaVersion { get; init; } = 2;
    public string? MediaType { get; init; }
    public string? ArtifactType { get; init; }
    public Descriptor? Config { get; init; }
    public IReadOnlyList<Descriptor>? Layers { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
