using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images;

/// <summary>A new image on top of another one.</summary>
public sealed record ImageCommit
{
    public required string ParentId { get; init; }
    /// <summary>A name, with or without a tag; null for none.</summary>
    public string? Reference { get; init; }
    public required ImageExecutionConfig Config { get; init; }
    public string Author { get; init; } = "";
    public string Comment { get; init; } = "";
    /// <summary>For the history.</summary>
    public string CreatedBy { get; init; } = "";
}
