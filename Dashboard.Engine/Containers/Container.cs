using Dashboard.Engine.Networking;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers;

/// <summary>Docker's status words.</summary>
public enum ContainerStatus
{
    Created,
    Running,
    Paused,
    Restarting,
    Removing,
    Exited,
    Dead,
}

/// <summary>One container as it is durable and as readers see it: an immutable value that is replaced as a whole.</summary>
public sealed record Container
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }
    /// <summary>Without the leading slash.</summary>
    public required string Name { get; init; }
    public required string ImageId { get; init; }
    public required DateTimeOffset Created { get; init; }
    /// <summary>As requested and completed from the image, as Docker's inspect shows it.</summary>
    public required ContainerConfig Config { get; init; }
    public required HostConfig HostConfig { get; init; }
    /// <summary>Entrypoint and Cmd joined: the first word, and the rest.</summary>
    public required string Path { get; init; }
    public required IReadOnlyList<string> Args { get; init; }
    public required ContainerState State { get; init; }
    /// <summary>Its places on networks, by the network's name; empty when it shares another container's.</summary>
    public IReadOnlyDictionary<string, NetworkPlace> Networks { get; init; } = new Dictionary<string, NetworkPlace>();
    /// <summary>Null in documents of a time before volumes were built; the registry fills it in.</summary>
    public IReadOnlyList<ContainerMount>? MountPoints { get; init; }
    /// <summary>Its removal has begun and takes the volumes with it that nobody named.</summary>
    public bool RemoveVolumes { get; init; }
    /// <summary>Published ports of the current run.</summary>
    public IReadOnlyList<PortRequest> BoundPorts { get; init; } = [];
    public int RestartCount { get; init; }
    /// <summary>Stopped or killed on request: no restart policy brings it back by itself.</summary>
    public bool ManuallyStopped { get; init; }
}

public sealed record ContainerState
{
    public ContainerStatus Status { get; init; }
    public int Pid { get; init; }
    public int ExitCode { get; init; }
    public string Error { get; init; } = "";
    public bool OomKilled { get; init; }
    /// <summary>Null is shown as 0001-01-01T00:00:00Z.</summary>
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    /// <summary>Null without a health check, and before the first start.</summary>
    public ContainerHealth? Health { get; init; }
    public bool IsRunning => Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting;
}

/// <summary>A container's place on one network.</summary>
public sealed record NetworkPlace
{
    /// <summary>As asked for; durable.</summary>
    public EndpointConfig Config { get; init; } = new();
    /// <summary>While it runs on a bridge.</summary>
    public EndpointLease? Lease { get; init; }
}
