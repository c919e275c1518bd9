namespace Dashboard.Engine.Containers.Files;

/// <summary>Docker's numbers.</summary>
public enum PathChangeKind
{
    Modified = 0,
    Added = 1,
    Deleted = 2,
}

/// <param name="Path">Absolute in the container.</param>
public sealed record PathChange(string Path, PathChangeKind Kind);
