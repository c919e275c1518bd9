using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Metadata;
using Dashboard.Engine.Networking.Netlink;
using Dashboard.Engine.Tasks;
using Dashboard.Linux;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Networking;

/// <summary>The default bridge of one instance, by rtnetlink and nf_tables directly; <c>none</c> and <c>host</c> need nothing.</summary>
public sealed partial class NetworkService(EngineOptions options, EngineDatabase database, ILogger<NetworkService> logger) : INetworkService, IDisposable
{
    private const string BridgeNetworkName = "bridge";
    private const int PeerIndex = 2, LoopbackIndex = 1;

    private readonly ConcurrentDictionary<string, (IPAddress Address, IReadOnlyList<PortRequest> Ports)> published = new();
    private readonly SemaphoreSlim rulesWriter = new(1, 1);
    private AddressPool? pool;
    private NftRuleset? rules;
    private Network? bridge;
    private int bridgeIndex;

    public IReadOnlyList<Network> Networks => bridge is null ? [] :
    [
        bridge,
        new Network { Id = IdOf("host"), Name = "host", Driver = "host", Created = bridge.Created, Mtu = 0 },
        new Network { Id = IdOf("none"), Name = "none", Driver = "null", Created = bridge.Created, Mtu = 0 },
    ];

    public async Task StartAsync(IReadOnlySet<string> liveContainers, CancellationToken cancellationToken)
    {
        var mtu = HostNetwork.UplinkMtu();
        var (gateway, subnet) = EnsureBridge(mtu);
        bridgeIndex = HostNetwork.IndexOf(options.BridgeName);
        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
        File.WriteAllText($"/proc/sys/net/ipv4/conf/{options.BridgeName}/route_localnet", "1");
        bridge = new Network { Id = IdOf(BridgeNetworkName), Name = BridgeNetworkName, Driver = "bridge", Created = DateTimeOffset.UtcNow, Subnet = subnet, Gateway = gateway, Mtu = mtu };
        pool = new AddressPool(database, bridge.Id, subnet);
        await pool.LoadAsync(liveContainers, cancellationToken);
        rules = new NftRuleset(options.NftTable, options.BridgeName, subnet);
        // With containers still running their rules stay until each has been adopted and told its ports again.
        if (liveContainers.Count == 0)
            rules.Apply([]);
        LogReady(logger, options.BridgeName, subnet, mtu);
    }

    private (IPAddress Gateway, IPNetwork Subnet) EnsureBridge(int mtu)
    {
        if (HostNetwork.Exists(options.BridgeName) && HostNetwork.AddressOf(options.BridgeName) is { } known)
            return known;
        var subnet = options.BridgeSubnet ?? HostNetwork.FreeSubnet();
        var bytes = subnet.BaseAddress.GetAddressBytes();
        bytes[3]++;
        var gateway = new IPAddress(bytes);
        using var socket = new NetlinkSocket(NetlinkSocket.Route);
        if (!HostNetwork.Exists(options.BridgeName))
            socket.Exchange(LinkMessages.Bridge(options.BridgeName, mtu), $"bridge {options.BridgeName}");
        socket.Exchange(LinkMessages.AddAddress(HostNetwork.IndexOf(options.BridgeName), gateway, subnet.PrefixLength), $"address {gateway} of {options.BridgeName}");
        return (gateway, subnet);
    }

    public async Task<EndpointLease> AllocateAsync(string containerId, CancellationToken cancellationToken)
    {
        var network = Ready();
        var address = await pool!.LeaseAsync(containerId, cancellationToken);
        var bytes = address.GetAddressBytes();
        return new EndpointLease
        {
            ContainerId = containerId,
            NetworkId = network.Id,
            EndpointId = IdOf("endpoint " + containerId),
            Address = address,
            PrefixLength = network.Subnet!.Value.PrefixLength,
            Gateway = network.Gateway!,
            MacAddress = $"02:42:{bytes[0]:x2}:{bytes[1]:x2}:{bytes[2]:x2}:{bytes[3]:x2}",
        };
    }

    public async Task ConnectAsync(EndpointLease lease, int pid, IReadOnlyList<PortRequest> ports, CancellationToken cancellationToken)
    {
        var netns = NamespaceThread.Open(pid);
        var veth = VethName(lease.ContainerId);
        try
        {
            using (var socket = new NetlinkSocket(NetlinkSocket.Route))
            {
                socket.Exchange(LinkMessages.Veth(veth, bridgeIndex, Ready().Mtu, netns, "eth0", PeerIndex, Mac(lease.MacAddress)), $"veth {veth}");
                socket.Exchange(LinkMessages.Hairpin(HostNetwork.IndexOf(veth)), $"hairpin mode of {veth}");
            }
            await NamespaceThread.RunAsync(netns, () => ConfigureInside(lease));
            if (ports.Count > 0)
            {
                published[lease.ContainerId] = (lease.Address, ports);
                await ApplyRulesAsync(cancellationToken);
            }
        }
        catch
        {
            await DisconnectAsync(lease.ContainerId, ports, CancellationToken.None);
            throw;
        }
        finally
        {
            Unistd.close(netns);
        }
    }

    private static void ConfigureInside(EndpointLease lease)
    {
        using var socket = new NetlinkSocket(NetlinkSocket.Route);
        socket.Exchange(LinkMessages.SetUp(LoopbackIndex), "lo up");
        socket.Exchange(LinkMessages.AddAddress(PeerIndex, lease.Address, lease.PrefixLength), $"address {lease.Address}");
        socket.Exchange(LinkMessages.SetUp(PeerIndex), "eth0 up");
        socket.Exchange(LinkMessages.DefaultRoute(PeerIndex, lease.Gateway), $"default route by {lease.Gateway}");
    }

    public async Task ConnectLoopbackAsync(int pid, CancellationToken cancellationToken)
    {
        var netns = NamespaceThread.Open(pid);
        try
        {
            await NamespaceThread.RunAsync(netns, () =>
            {
                using var socket = new NetlinkSocket(NetlinkSocket.Route);
                socket.Exchange(LinkMessages.SetUp(LoopbackIndex), "lo up");
            });
        }
        finally
        {
            Unistd.close(netns);
        }
    }

    public Task AdoptAsync(EndpointLease lease, IReadOnlyList<PortRequest> ports, CancellationToken cancellationToken)
    {
        if (ports.Count == 0)
            return Task.CompletedTask;
        published[lease.ContainerId] = (lease.Address, ports);
        return ApplyRulesAsync(cancellationToken);
    }

    public IAsyncDisposable StartProxy(EndpointLease lease, IReadOnlyList<(PortRequest Port, Socket Listener)> sockets) =>
        new PortProxy(lease.Address, sockets, logger);

    public async Task DisconnectAsync(string containerId, IReadOnlyList<PortRequest> ports, CancellationToken cancellationToken)
    {
        if (published.TryRemove(containerId, out _) || ports.Count > 0)
            await ApplyRulesAsync(cancellationToken);
        var veth = VethName(containerId);
        if (HostNetwork.Exists(veth))
        {
            using var socket = new NetlinkSocket(NetlinkSocket.Route);
            var error = socket.TryExchange(LinkMessages.Delete(veth));
            // It goes by itself with the container's namespace, perhaps in this instant.
            if (error is not (0 or 19 or Errno.ENOENT))
                throw new EngineException(ErrorKind.System, $"removal of {veth}: {Errno.Text(error)}");
        }
        if (pool is not null)
            await pool.ReleaseAsync(containerId, cancellationToken);
    }

    public string ResolvConf(IReadOnlyList<string> dns, IReadOnlyList<string> search, IReadOnlyList<string> options, bool hostNetwork) =>
        ResolverConfiguration.Build(dns, search, options, hostNetwork);

    private async Task ApplyRulesAsync(CancellationToken cancellationToken)
    {
        await rulesWriter.WaitAsync(cancellationToken);
        try
        {
            rules?.Apply(published.Values.SelectMany(entry => entry.Ports.Select(port => (entry.Address, port))));
        }
        finally
        {
            rulesWriter.Release();
        }
    }

    private Network Ready() => bridge ?? throw new EngineException(ErrorKind.Unavailable, "the bridge network is not ready: the engine is still starting, or its start failed (see its log)");

    private string IdOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{options.RunRoot} {name}")));

    private static string VethName(string containerId) => "veth" + containerId[..Math.Min(8, containerId.Length)];

    private static byte[] Mac(string text) => [.. text.Split(':').Select(part => Convert.ToByte(part, 16))];

    public void Dispose() => rulesWriter.Dispose();

    [LoggerMessage(LogLevel.Information, "bridge {Bridge} serves {Subnet}, mtu {Mtu}")]
    private static partial void LogReady(ILogger logger, string bridge, IPNetwork subnet, int mtu);
}
