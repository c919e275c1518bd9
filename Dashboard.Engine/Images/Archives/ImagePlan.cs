using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Archives;

/// <summary>One image that an archive has: the members that make it, not yet checked against its config.</summary>
internal sealed record ImagePlan
{
    public required ArchiveMember Config { get; init; }
    public required byte[] ConfigBytes { get; init; }
    public required ImageConfigDocument Document { get; init; }
    /// <summary>Lowest first.</summary>
    public required IReadOnlyList<ArchiveMember> Layers { get; init; }
    public IReadOnlyList<Reference> References { get; init; } = [];
    public ArchiveMember? Manifest { get; init; }
}
