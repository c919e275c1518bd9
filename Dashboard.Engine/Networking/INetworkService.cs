using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Networking;

/// <summary>The networks of one engine instance. In this version: <c>none</c>, <c>host</c> and the default <c>bridge</c>.</summary>
public interface INetworkService
{
    IReadOnlyList<Network> Networks { get; }

    /// <summary>Makes or adopts the bridge, the nftables table and ip_forward; drops rules and leases of containers that are not in <paramref name="liveContainers"/>.</summary>
    Task StartAsync(IReadOnlySet<string> liveContainers, CancellationToken cancellationToken);

    /// <summary>Reserves address and MAC (durable), before the shim starts, so that /etc/hosts can be written.</summary>
    Task<EndpointLease> AllocateAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>veth into the network namespace of <paramref name="pid"/>, addresses, route, <c>lo</c> up, rules of the published ports. Undoes itself on failure.</summary>
    Task ConnectAsync(EndpointLease lease, int pid, IReadOnlyList<PortRequest> ports, CancellationToken cancellationToken);

    /// <summary>Tells the ports of a container that ran on while the server was away; its veth and addresses are there.</summary>
    Task AdoptAsync(EndpointLease lease, IReadOnlyList<PortRequest> ports, CancellationToken cancellationToken);

    /// <summary>Brings <c>lo</c> up in a network namespace without other interfaces (network <c>none</c>).</summary>
    Task ConnectLoopbackAsync(int pid, CancellationToken cancellationToken);

    /// <summary>Starts the in-process proxy for held sockets that the kernel path cannot serve (IPv6 loopback). Returned object stops it.</summary>
    IAsyncDisposable StartProxy(EndpointLease lease, IReadOnlyList<(PortRequest Port, Socket Listener)> sockets);

    /// <summary>Rules, conntrack entries, host end of the veth and the lease. Idempotent; the netns itself goes with the container.</summary>
    Task DisconnectAsync(string containerId, IReadOnlyList<PortRequest> ports, CancellationToken cancellationToken);

    /// <summary>What a container gets as /etc/resolv.conf: the host's, without loopback resolvers (unless the network is host).</summary>
    string ResolvConf(IReadOnlyList<string> dns, IReadOnlyList<string> search, IReadOnlyList<string> options, bool hostNetwork);
}

public sealed record Network
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Driver { get; init; }
    public DateTimeOffset Created { get; init; }
    public IPNetwork? Subnet { get; init; }
    public IPAddress? Gateway { get; init; }
    /// <summary>Bytes; from the uplink of the default route.</summary>
    public int Mtu { get; init; }
}

/// <summary>One container's place on one network.</summary>
public sealed record EndpointLease
{
    public required string ContainerId { get; init; }
    public required string NetworkId { get; init; }
    public required string EndpointId { get; init; }
    public required IPAddress Address { get; init; }
    public required int PrefixLength { get; init; }
    public required IPAddress Gateway { get; init; }
    /// <summary><c>02:42:…</c></summary>
    public required string MacAddress { get; init; }
}
