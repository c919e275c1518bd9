using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Networking;

/// <summary>
/// The networks of one engine instance: the predefined <c>none</c>, <c>host</c> and <c>bridge</c>, and bridges that users
/// make. Errors are <see cref="Errors.EngineException"/> with Docker's status and words.
/// </summary>
public interface INetworkService
{
    IReadOnlyList<Network> Networks { get; }

    /// <summary>By id, name or unique id prefix, in this order.</summary>
    /// <exception cref="Errors.EngineException">NotFound: <c>network x not found</c>.</exception>
    Network Get(string reference);

    Network? Find(string reference);

    /// <summary>Running containers have a place on it.</summary>
    bool IsInUse(Network network);

    /// <summary>Makes or adopts the bridges, the nftables tables and ip_forward; drops leases of containers that are not in <paramref name="liveContainers"/>.</summary>
    Task StartAsync(IReadOnlySet<string> liveContainers, CancellationToken cancellationToken);

    /// <summary>Durable, then announced.</summary>
    Task<Network> CreateAsync(CreateNetwork request, CancellationToken cancellationToken);

    Task RemoveAsync(string reference, CancellationToken cancellationToken);

    /// <summary>Removes what nobody uses and <paramref name="filter"/> wants.</summary>
    /// <returns>The names.</returns>
    Task<IReadOnlyList<string>> PruneAsync(Func<Network, bool> filter, CancellationToken cancellationToken);

    /// <summary>Reserves addresses and MAC (durable), before the shim starts, so that /etc/hosts can be written.</summary>
    Task<EndpointLease> AllocateAsync(Network network, string containerId, EndpointConfig config, string interfaceName, CancellationToken cancellationToken);

    /// <summary>Brings <c>lo</c> and all endpoints up in the namespace, with names, routes and the rules of the published ports. Undoes itself on failure.</summary>
    Task OpenAsync(SandboxSpec sandbox, CancellationToken cancellationToken);

    /// <summary>Tells of a container that ran on while the server was away: its interfaces are there, or are put right. Rules follow with <see cref="SettleAsync"/>.</summary>
    Task AdoptAsync(SandboxSpec sandbox, CancellationToken cancellationToken);

    /// <summary>Writes the rules once every container has been adopted; until then those of the earlier run stay.</summary>
    Task SettleAsync(CancellationToken cancellationToken);

    /// <summary>A free name for one more interface in the running container's namespace, as the network wants it.</summary>
    Task<string> NextInterfaceAsync(string containerId, Network network, CancellationToken cancellationToken);

    /// <summary>One more endpoint for a container that runs. Undoes itself on failure.</summary>
    Task JoinAsync(string containerId, SandboxEndpoint endpoint, CancellationToken cancellationToken);

    /// <summary>Takes a running container off a network. Idempotent.</summary>
    Task LeaveAsync(string containerId, string networkId, CancellationToken cancellationToken);

    /// <summary>A running container has another name.</summary>
    void Rename(string containerId, string name);

    /// <summary>Starts the in-process proxy for held sockets that the kernel path cannot serve (IPv6 loopback). Returned object stops it.</summary>
    IPortProxy StartProxy(IPAddress target, IReadOnlyList<(PortRequest Port, Socket Listener)> sockets);

    /// <summary>Takes rules and names away at once, and in the background the host ends of the veths and then the leases. Idempotent; the netns itself goes with the container.</summary>
    Task CloseAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>What a container gets as /etc/resolv.conf: the host's, without loopback resolvers (unless the network is host), or the engine's own resolver.</summary>
    string ResolvConf(IReadOnlyList<string> dns, IReadOnlyList<string> search, IReadOnlyList<string> options, ResolverKind kind);
}

public enum ResolverKind
{
    /// <summary>The default bridge: the host's servers, as far as a container can reach them.</summary>
    Bridge,
    /// <summary>The host's own network: its file as it is.</summary>
    Host,
    /// <summary>A user-defined network: the engine answers on 127.0.0.11.</summary>
    Embedded,
}
