namespace Dashboard.Engine.Volumes;

/// <summary>One volume in memory. <see cref="Users"/> belongs to the store's lock, <see cref="Removing"/> to its order of changes, the rest to the holder of <see cref="Gate"/>.</summary>
internal sealed class VolumeEntry(Volume value)
{
    public Volume Value { get; } = value;
    public AsyncGate Gate { get; } = new();
    /// <summary>Containers that have it, from their creation to their removal.</summary>
    public HashSet<string> Users { get; } = new(StringComparer.Ordinal);
    /// <summary>Who needs it mounted now: containers that run, and copies of image content.</summary>
    public HashSet<string> Holders { get; } = new(StringComparer.Ordinal);
    /// <summary>Its removal has begun: what it held may be gone, so nobody gets it any more.</summary>
    public bool Removing { get; set; }
    public bool Removed { get; set; }
}
