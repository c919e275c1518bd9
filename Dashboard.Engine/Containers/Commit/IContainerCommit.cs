namespace Dashboard.Engine.Containers.Commit;

/// <summary>Makes images of containers.</summary>
public interface IContainerCommit
{
    /// <summary>The writable layer of a container becomes the topmost layer of a new image.</summary>
    /// <returns>The image's id.</returns>
    /// <exception cref="Errors.EngineException">In Docker's words.</exception>
    Task<string> CommitAsync(string reference, CommitRequest request, CancellationToken cancellationToken);
}

public sealed record CommitRequest
{
    /// <summary>Name with or without a tag; null makes an image without a name.</summary>
    public string? Reference { get; init; }
    public string Comment { get; init; } = "";
    public string Author { get; init; } = "";
    /// <summary>The container stands still meanwhile, if it runs.</summary>
    public bool Pause { get; init; } = true;
    /// <summary>Dockerfile instructions, in their order.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];
    /// <summary>Null: the container's own.</summary>
    public ContainerConfig? Config { get; init; }
}
