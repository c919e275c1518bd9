using System.Net.Sockets;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Networking.Netlink;
using Dashboard.Linux;

namespace Dashboard.Engine.Networking;

/// <summary>
/// Interfaces in a container's network namespace. Host ends are made from here with their peers born inside; addresses and
/// routes are set by a thread that has entered the namespace.
/// </summary>
internal static class SandboxWiring
{
    private const int LoopbackIndex = 1, NoSuchDevice = 19, NoSuchProcess = 3, MostInterfaces = 1024;

    /// <summary><c>lo</c>, all endpoints, the default route.</summary>
    public static async Task OpenAsync(int netns, IReadOnlyList<SandboxEndpoint> endpoints)
    {
        MakeLinks(netns, endpoints);
        await NamespaceThread.RunAsync(netns, () =>
        {
            using var socket = new NetlinkSocket(NetlinkSocket.Route);
            socket.Exchange(LinkMessages.SetUp(LoopbackIndex), "lo up");
            foreach (var endpoint in endpoints)
                Configure(socket, endpoint.Lease);
            Route(socket, endpoints);
        });
    }

    /// <param name="endpoints">All, with the new one.</param>
    public static async Task JoinAsync(int netns, SandboxEndpoint added, IReadOnlyList<SandboxEndpoint> endpoints)
    {
        MakeLinks(netns, [added]);
        await NamespaceThread.RunAsync(netns, () =>
        {
            using var socket = new NetlinkSocket(NetlinkSocket.Route);
            Configure(socket, added.Lease);
            Route(socket, endpoints);
        });
    }

    /// <param name="endpoints">Those that stay.</param>
    public static async Task LeaveAsync(int netns, SandboxEndpoint removed, IReadOnlyList<SandboxEndpoint> endpoints)
    {
        RemoveLink(removed.Lease.EndpointId);
        await NamespaceThread.RunAsync(netns, () =>
        {
            using var socket = new NetlinkSocket(NetlinkSocket.Route);
            Route(socket, endpoints);
        });
    }

    /// <param name="strays">Ids of endpoints that should not be there.</param>
    /// <param name="missing">Endpoints that should be.</param>
    /// <param name="endpoints">All, with those.</param>
    public static async Task RepairAsync(int netns, IReadOnlyList<string> strays, IReadOnlyList<SandboxEndpoint> missing, IReadOnlyList<SandboxEndpoint> endpoints)
    {
        foreach (var stray in strays)
            RemoveLink(stray);
        MakeLinks(netns, missing);
        await NamespaceThread.RunAsync(netns, () =>
        {
            using var socket = new NetlinkSocket(NetlinkSocket.Route);
            foreach (var endpoint in missing)
                Configure(socket, endpoint.Lease);
            Route(socket, endpoints);
        });
    }

    public static bool HasLink(string endpointId) => HostNetwork.Exists(VethName(endpointId));

    /// <summary>The host end, and with it the other. Idempotent: it goes by itself with the container's namespace, perhaps in this instant.</summary>
    public static void RemoveLink(string endpointId)
    {
        var veth = VethName(endpointId);
        if (!HostNetwork.Exists(veth))
            return;
        using var socket = new NetlinkSocket(NetlinkSocket.Route);
        var error = socket.TryExchange(LinkMessages.Delete(veth));
        if (error is not (0 or NoSuchDevice or Errno.ENOENT))
            throw new EngineException(ErrorKind.System, $"removal of {veth}: {Errno.Text(error)}");
    }

    /// <summary>The first number that no interface in there has.</summary>
    public static async Task<string> FreeNameAsync(int netns, string prefix)
    {
        var name = "";
        await NamespaceThread.RunAsync(netns, () =>
        {
            name = Enumerable.Range(0, MostInterfaces).Select(number => prefix + number).FirstOrDefault(candidate => !HostNetwork.Exists(candidate))
                ?? throw new EngineException(ErrorKind.System, $"no free interface name: the container has {MostInterfaces} interfaces {prefix}…");
        });
        return name;
    }

    /// <summary>
    /// Who has the default route: not an internal network; then the highest priority; then the first name, as in libnetwork.
    /// </summary>
    public static SandboxEndpoint? GatewayOf(IEnumerable<SandboxEndpoint> endpoints) => endpoints
        .Where(endpoint => !endpoint.Network.Internal)
        .OrderByDescending(endpoint => endpoint.GwPriority)
        .ThenBy(endpoint => endpoint.Network.Name, StringComparer.Ordinal)
        .FirstOrDefault();

    private static void MakeLinks(int netns, IReadOnlyList<SandboxEndpoint> endpoints)
    {
        using var socket = new NetlinkSocket(NetlinkSocket.Route);
        foreach (var (network, lease) in endpoints.Select(endpoint => (endpoint.Network, endpoint.Lease)))
        {
            var veth = VethName(lease.EndpointId);
            socket.Exchange(LinkMessages.Veth(veth, HostNetwork.IndexOf(network.Bridge), network.Mtu, netns, lease.Interface, Mac(lease.MacAddress)), $"veth {veth}");
            socket.Exchange(LinkMessages.BridgePort(HostNetwork.IndexOf(veth), isolated: !NetworkOptions.Parse(network.Options).Icc), $"bridge port {veth}");
        }
    }

    private static void Configure(NetlinkSocket socket, EndpointLease lease)
    {
        var index = HostNetwork.IndexOf(lease.Interface);
        SetIPv6(lease);
        socket.Exchange(LinkMessages.AddAddress(index, lease.Address, lease.PrefixLength), $"address {lease.Address}");
        if (lease.Address6 is { } six)
            socket.Exchange(LinkMessages.AddAddress(index, six, lease.PrefixLength6), $"address {six}");
        socket.Exchange(LinkMessages.SetUp(index), $"{lease.Interface} up");
    }

    // On a network without IPv6 there is none: not even a link-local address, by which neighbours could be reached past all rules.
    private static void SetIPv6(EndpointLease lease)
    {
        var control = $"/proc/sys/net/ipv6/conf/{lease.Interface}/disable_ipv6";
        if (File.Exists(control))
            File.WriteAllText(control, lease.Address6 is null ? "1" : "0");
    }

    private static void Route(NetlinkSocket socket, IEnumerable<SandboxEndpoint> endpoints)
    {
        var gateway = GatewayOf(endpoints)?.Lease;
        if (gateway is not null)
        {
            socket.Exchange(LinkMessages.DefaultRoute(HostNetwork.IndexOf(gateway.Interface), gateway.Gateway), $"default route by {gateway.Gateway}");
        }
        else
        {
            // Nothing to delete is all right.
            var error = socket.TryExchange(LinkMessages.NoDefaultRoute(AddressFamily.InterNetwork));
            if (error is not (0 or NoSuchProcess))
                throw new EngineException(ErrorKind.System, $"removal of the default route: {Errno.Text(error)}");
        }
        // The default route of IPv6 may be on another network: not all have it.
        var gateway6 = GatewayOf(endpoints.Where(endpoint => endpoint.Lease.Gateway6 is not null))?.Lease;
        if (gateway6?.Gateway6 is { } six)
            socket.Exchange(LinkMessages.DefaultRoute(HostNetwork.IndexOf(gateway6.Interface), six), $"default route by {six}");
    }

    private static string VethName(string endpointId) => "veth" + endpointId[..8];

    private static byte[] Mac(string text) => [.. text.Split(':').Select(part => Convert.ToByte(part, 16))];
}
