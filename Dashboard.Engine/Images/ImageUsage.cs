namespace Dashboard.Engine.Images;

/// <summary>What an image takes on the disk.</summary>
/// <param name="SharedSize">Bytes of its layers that other images have too.</param>
/// <param name="Containers">That were made of it, whatever their state.</param>
public sealed record ImageUsage(Image Image, long SharedSize, int Containers);

public sealed record ImagesPruned(IReadOnlyList<RemovedImage> Removed, long SpaceReclaimed);
