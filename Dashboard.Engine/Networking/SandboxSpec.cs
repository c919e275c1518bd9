using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Networking;

/// <summary>The network side of one running container: what lies in its network namespace, and by which names it is known.</summary>
public sealed record SandboxSpec
{
    public required string ContainerId { get; init; }
    public required string ContainerName { get; init; }
    /// <summary>Of the init, whose network namespace it is.</summary>
    public required int Pid { get; init; }
    /// <summary>In the order of their interfaces.</summary>
    public IReadOnlyList<SandboxEndpoint> Endpoints { get; init; } = [];
    /// <summary>With the host ports that are really bound.</summary>
    public IReadOnlyList<PortRequest> Ports { get; init; } = [];
    /// <summary>Resolvers that were asked for by <c>--dns</c>; empty takes the host's.</summary>
    public IReadOnlyList<string> Dns { get; init; } = [];
}

/// <param name="Names">All names on this network beside the container's: aliases, short id, hostname.</param>
/// <param name="Links">Names that this container alone knows others by: <c>target:alias</c>.</param>
public sealed record SandboxEndpoint(Network Network, EndpointLease Lease, IReadOnlyList<string> Names, IReadOnlyList<string> Links, int GwPriority);
