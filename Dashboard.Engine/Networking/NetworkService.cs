using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Events;
using Dashboard.Engine.Metadata;
using Dashboard.Engine.Tasks;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Networking;

/// <summary>Bridges of one instance, by rtnetlink and nf_tables directly; <c>none</c> and <c>host</c> need nothing.</summary>
public sealed partial class NetworkService : INetworkService, IAsyncDisposable
{
    private readonly Sandboxes sandboxes;
    private readonly LinkReaper reaper;
    private readonly AsyncGate changes = new();
    private readonly NetworkTable table;
    private readonly LeaseTable leases;
    private readonly NetworkCatalog catalog;
    private readonly Firewall firewall;
    private readonly EngineOptions options;
    private readonly IEvents events;
    private readonly TimeProvider clock;
    private readonly ILogger<NetworkService> logger;
    private int mtu;

    public NetworkService(EngineOptions options, EngineDatabase database, IEvents events, TimeProvider clock, ILogger<NetworkService> logger)
    {
        (this.options, this.events, this.clock, this.logger) = (options, events, clock, logger);
        table = new NetworkTable(database);
        leases = new LeaseTable(database);
        catalog = new NetworkCatalog(leases);
        sandboxes = new Sandboxes(logger);
        reaper = new LinkReaper(logger);
        firewall = new Firewall(options, catalog, () => sandboxes.All);
    }

    public IReadOnlyList<Network> Networks => catalog.All;

    public Network Get(string reference) => Find(reference) ?? throw EngineException.NotFound($"network {reference} not found");

    public Network? Find(string reference) => catalog.Find(reference);

    public bool IsInUse(Network network) => catalog.FindAddresses(network)?.Holders.Any(container => !reaper.IsLeaving(container)) is true;

    public async Task StartAsync(IReadOnlySet<string> liveContainers, CancellationToken cancellationToken)
    {
        mtu = HostNetwork.UplinkMtu();
        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
        var made = table.Load();
        var bridge = DefaultBridge(made);
        BridgeLinks.Ensure(bridge);
        catalog.Add(bridge);
        catalog.Add(new Network { Id = IdOf("host"), Name = "host", Driver = "host", Created = bridge.Created });
        catalog.Add(new Network { Id = IdOf("none"), Name = "none", Driver = "null", Created = bridge.Created });
        foreach (var network in made)
            Restore(network);
        await leases.KeepAsync(liveContainers, cancellationToken);
        var kept = leases.Load();
        foreach (var network in catalog.Bridges)
            catalog.AddressesOf(network).Restore(kept[network.Id]);
        // With containers still running their rules stay until each has been adopted and told its ports again.
        firewall.IsHeld = liveContainers.Count > 0;
        await firewall.ApplyAsync(cancellationToken);
        LogReady(bridge.Bridge, bridge.IPv4!.Subnet, mtu, made.Count);
    }

    private Network DefaultBridge(IReadOnlyList<Network> made)
    {
        var (gateway, subnet) = HostNetwork.Exists(options.BridgeName) && HostNetwork.AddressOf(options.BridgeName) is { } known
            ? known
            : (null, options.BridgeSubnet ?? Subnets.Free([.. made.SelectMany(network => network.Pools).Select(pool => pool.Subnet)]));
        return new Network
        {
            Id = IdOf("bridge"),
            Name = "bridge",
            Driver = "bridge",
            Created = clock.GetUtcNow(),
            Pools = [new AddressRange { Subnet = subnet, Gateway = gateway ?? Subnets.FirstOf(subnet) }],
            Bridge = options.BridgeName,
            Mtu = mtu,
        };
    }

    // A network that cannot be made today (its subnet or name taken meanwhile) must not keep the others from working.
    private void Restore(Network network)
    {
        catalog.Add(network);
        try
        {
            BridgeLinks.Ensure(network);
        }
        catch (EngineException error)
        {
            LogNotRestored(network.Name, error.Message);
        }
    }

    public async Task<Network> CreateAsync(CreateNetwork request, CancellationToken cancellationToken)
    {
        using var turn = await changes.EnterAsync(cancellationToken);
        var network = NetworkRules.Complete(request, catalog.All, mtu, clock.GetUtcNow());
        if (HostNetwork.Exists(network.Bridge))
            throw new EngineException(ErrorKind.Forbidden, $"cannot create network {network.Id} ({network.Bridge}): an interface of this name is on the host already; choose another com.docker.network.bridge.name");
        // The row first: after a crash the next start makes the bridge, and nothing is left that nobody knows.
        await table.SaveAsync(network, cancellationToken);
        try
        {
            BridgeLinks.Ensure(network);
            catalog.Add(network);
            await firewall.ApplyAsync(CancellationToken.None);
        }
        catch
        {
            catalog.Remove(network);
            BridgeLinks.Remove(network);
            await table.DeleteAsync(network.Id, CancellationToken.None);
            throw;
        }
        await PublishAsync(network, "create");
        return network;
    }

    public async Task RemoveAsync(string reference, CancellationToken cancellationToken)
    {
        using var turn = await changes.EnterAsync(cancellationToken);
        var network = Get(reference);
        if (network.IsPredefined)
            throw new EngineException(ErrorKind.Forbidden, $"{network.Name} is a pre-defined network and cannot be removed");
        if (!await TryRemoveAsync(network))
            throw new EngineException(ErrorKind.Forbidden, $"error while removing network: network {network.Name} id {network.Id} has active endpoints");
    }

    public async Task<IReadOnlyList<string>> PruneAsync(Func<Network, bool> filter, CancellationToken cancellationToken)
    {
        using var turn = await changes.EnterAsync(cancellationToken);
        var removed = new List<string>();
        foreach (var network in catalog.All.Where(network => !network.IsPredefined && filter(network)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await TryRemoveAsync(network))
                removed.Add(network.Name);
        }
        await events.PublishAsync("network", "prune", "", new Dictionary<string, string> { ["reclaimed"] = "0" });
        return removed;
    }

    /// <summary>False: somebody is on it.</summary>
    private async Task<bool> TryRemoveAsync(Network network)
    {
        var addresses = catalog.AddressesOf(network);
        await reaper.AllLeftAsync();
        if (!addresses.TryClose())
            return false;
        try
        {
            BridgeLinks.Remove(network);
            await table.DeleteAsync(network.Id, CancellationToken.None);
        }
        catch
        {
            addresses.Reopen();
            throw;
        }
        catalog.Remove(network);
        await firewall.ApplyAsync(CancellationToken.None);
        await PublishAsync(network, "destroy");
        return true;
    }

    public async Task<EndpointLease> AllocateAsync(Network network, string containerId, EndpointConfig config, string interfaceName, CancellationToken cancellationToken)
    {
        EndpointRules.CheckAddresses(network, config);
        await reaper.LeftAsync(containerId);
        var (address, six) = await LeaseAsync(catalog.AddressesOf(network), containerId, config.Ipam, cancellationToken);
        var bytes = address.GetAddressBytes();
        return new EndpointLease
        {
            ContainerId = containerId,
            NetworkId = network.Id,
            EndpointId = EndpointIdOf(containerId, network),
            Address = address,
            PrefixLength = network.IPv4!.Subnet.PrefixLength,
            Gateway = network.IPv4.Gateway,
            Address6 = six,
            PrefixLength6 = six is null ? 0 : network.IPv6!.Subnet.PrefixLength,
            Gateway6 = six is null ? null : network.IPv6!.Gateway,
            MacAddress = config.MacAddress is "" ? $"02:42:{bytes[0]:x2}:{bytes[1]:x2}:{bytes[2]:x2}:{bytes[3]:x2}" : config.MacAddress.ToLowerInvariant(),
            Interface = interfaceName,
        };
    }

    /// <summary>What it wants may be held by one that is just leaving.</summary>
    private async Task<(IPAddress Address, IPAddress? Address6)> LeaseAsync(NetworkAddresses addresses, string containerId, EndpointIpam? wanted, CancellationToken cancellationToken)
    {
        try
        {
            return await addresses.LeaseAsync(containerId, wanted, cancellationToken);
        }
        catch (EngineException) when (!reaper.IsIdle)
        {
            await reaper.AllLeftAsync();
            return await addresses.LeaseAsync(containerId, wanted, cancellationToken);
        }
    }

    public async Task OpenAsync(SandboxSpec sandbox, CancellationToken cancellationToken)
    {
        try
        {
            await sandboxes.OpenAsync(sandbox);
            await ApplyPortsAsync(sandbox, cancellationToken);
        }
        catch
        {
            await CloseAsync(sandbox.ContainerId, CancellationToken.None);
            throw;
        }
    }

    public async Task AdoptAsync(SandboxSpec sandbox, CancellationToken cancellationToken)
    {
        await sandboxes.AdoptAsync(sandbox);
        var others = catalog.Bridges.ExceptBy(sandbox.Endpoints.Select(endpoint => endpoint.Network.Id), network => network.Id).ToList();
        try
        {
            if (await sandboxes.RepairAsync(sandbox.ContainerId, others.Select(network => EndpointIdOf(sandbox.ContainerId, network))))
                LogRepaired(sandbox.ContainerName);
        }
        catch (EngineException error)
        {
            // It goes on as it is, and is watched.
            LogNotRepaired(sandbox.ContainerName, error.Message);
        }
        foreach (var network in others)
            await catalog.AddressesOf(network).ReleaseAsync(sandbox.ContainerId, cancellationToken);
    }

    public Task SettleAsync(CancellationToken cancellationToken)
    {
        firewall.IsHeld = false;
        return firewall.ApplyAsync(cancellationToken);
    }

    public Task<string> NextInterfaceAsync(string containerId, Network network, CancellationToken cancellationToken) =>
        sandboxes.NextInterfaceAsync(containerId, NetworkOptions.Parse(network.Options).InterfacePrefix);

    public async Task JoinAsync(string containerId, SandboxEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            await sandboxes.JoinAsync(containerId, endpoint);
            await ApplyPortsAsync(sandboxes.Get(containerId), cancellationToken);
        }
        catch
        {
            await LeaveAsync(containerId, endpoint.Network.Id, CancellationToken.None);
            throw;
        }
    }

    public async Task LeaveAsync(string containerId, string networkId, CancellationToken cancellationToken)
    {
        if (await sandboxes.LeaveAsync(containerId, networkId) && sandboxes.Find(containerId) is { } left)
            await ApplyPortsAsync(left, cancellationToken);
        if (catalog.Find(networkId) is { } network)
            await catalog.AddressesOf(network).ReleaseAsync(containerId, cancellationToken);
    }

    public void Rename(string containerId, string name) => sandboxes.Rename(containerId, name);

    public IPortProxy StartProxy(IPAddress target, IReadOnlyList<(PortRequest Port, Socket Listener)> sockets) => new PortProxy(target, sockets, logger);

    public async Task CloseAsync(string containerId, CancellationToken cancellationToken)
    {
        if (await sandboxes.CloseAsync(containerId) is not { Endpoints.Count: > 0 } closed)
        {
            await catalog.ReleaseAllAsync(containerId, cancellationToken);
            return;
        }
        reaper.Begin(closed, () => catalog.ReleaseAllAsync(containerId, CancellationToken.None));
        await ApplyPortsAsync(closed, cancellationToken);
    }

    public string ResolvConf(IReadOnlyList<string> dns, IReadOnlyList<string> search, IReadOnlyList<string> options, ResolverKind kind) =>
        ResolverConfiguration.Build(dns, search, options, kind);

    public async ValueTask DisposeAsync()
    {
        await reaper.AllLeftAsync();
        await sandboxes.DisposeAsync();
    }

    private Task ApplyPortsAsync(SandboxSpec sandbox, CancellationToken cancellationToken) =>
        sandbox.Ports.Count > 0 ? firewall.ApplyAsync(cancellationToken) : Task.CompletedTask;

    private ValueTask PublishAsync(Network network, string action) =>
        events.PublishAsync("network", action, network.Id, new Dictionary<string, string> { ["name"] = network.Name, ["type"] = network.Driver });

    private string EndpointIdOf(string containerId, Network network) => IdOf($"endpoint {containerId} {network.Id}");

    private string IdOf(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{options.RunRoot} {name}")));

    [LoggerMessage(LogLevel.Information, "bridge {Bridge} serves {Subnet}, mtu {Mtu}; {Count} networks beside it")]
    private partial void LogReady(string bridge, IPNetwork subnet, int mtu, int count);

    [LoggerMessage(LogLevel.Warning, "container {Container} was in the middle of a connect or disconnect: its interfaces are again those of its record")]
    private partial void LogRepaired(string container);

    [LoggerMessage(LogLevel.Error, "the interfaces of container {Container} are not those of its record: {Reason}. Restart it")]
    private partial void LogNotRepaired(string container, string reason);

    [LoggerMessage(LogLevel.Error, "network {Network} could not be restored: {Reason}. Containers cannot start on it until that is settled and the engine starts again")]
    private partial void LogNotRestored(string network, string reason);
}
