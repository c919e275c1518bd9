using System.Net.Sockets;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Networking;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>A container's side of the network over a run: addresses, interfaces, ports, events.</summary>
internal sealed class ContainerNetworking(ContainerRegistry registry, INetworkService network, ContainerEvents events)
{
    /// <summary>The container with its addresses, which are reserved; without those of an earlier run.</summary>
    public async Task<Container> AllocateAsync(Container container)
    {
        CheckShared(container);
        var places = new Dictionary<string, NetworkPlace>();
        var interfaces = new Dictionary<string, int>();
        foreach (var (name, place) in InOrder(container))
        {
            var found = network.Find(name) ?? throw EngineException.NotFound($"network {name} not found");
            EndpointLease? lease = null;
            if (found.IsBridge)
            {
                var prefix = NetworkOptions.Parse(found.Options).InterfacePrefix;
                var number = interfaces.GetValueOrDefault(prefix);
                interfaces[prefix] = number + 1;
                lease = await network.AllocateAsync(found, container.Id, place.Config, prefix + number, CancellationToken.None);
            }
            else
            {
                EndpointRules.CheckNetwork(found, place.Config);
            }
            places[found.Name] = place with { Lease = lease };
        }
        return container with { Networks = places, BoundPorts = [] };
    }

    /// <summary>What is left of the places when the run is over.</summary>
    public static Container Released(Container container) => container with
    {
        Networks = container.Networks.ToDictionary(place => place.Key, place => place.Value with { Lease = null }),
        BoundPorts = [],
    };

    /// <summary>The host ports that it wants; none where nothing of ours leads to it.</summary>
    public IReadOnlyList<PortRequest> Ports(Container container) => SandboxWiring.GatewayOf(Endpoints(container)) is { } gateway
        ? PublishedPorts.Requests(container.Config, container.HostConfig, NetworkOptions.Parse(gateway.Network.Options).HostBinding)
        : [];

    /// <summary>While the init waits to be released.</summary>
    public Task ConnectAsync(Container container, IContainerTask task) =>
        HasOwnNamespace(container) ? network.OpenAsync(Sandbox(container, task), CancellationToken.None) : Task.CompletedTask;

    /// <summary>After a restart of the engine: it went on meanwhile.</summary>
    public Task AdoptAsync(Container container, IContainerTask task) =>
        HasOwnNamespace(container) ? network.AdoptAsync(Sandbox(container, task), CancellationToken.None) : Task.CompletedTask;

    /// <summary>Where published ports lead: the place with the default route. Null when no network is left that has one.</summary>
    public System.Net.IPAddress? ServedAddress(Container container) => SandboxWiring.GatewayOf(Endpoints(container))?.Lease.Address;

    /// <summary>For what the kernel's path cannot serve: IPv6 addresses of published ports. Null when there are none.</summary>
    public async Task<IPortProxy?> StartProxyAsync(Container container, IContainerTask task)
    {
        if (SandboxWiring.GatewayOf(Endpoints(container)) is not { } gateway || !task.Ports.Any(IsForProxy))
            return null;
        var sockets = await task.HeldSocketsAsync(CancellationToken.None);
        var served = new List<(PortRequest, Socket)>();
        foreach (var (port, socket) in task.Ports.Zip(sockets))
        {
            if (IsForProxy(port))
                served.Add((port, socket));
            else
                socket.Dispose();
        }
        return network.StartProxy(gateway.Lease.Address, served);
    }

    /// <summary>Idempotent.</summary>
    public Task DisconnectAsync(Container container) => network.CloseAsync(container.Id, CancellationToken.None);

    /// <summary><c>connect</c> or <c>disconnect</c>, of every network that it is on.</summary>
    public async ValueTask PublishAsync(Container container, string action)
    {
        foreach (var (name, _) in InOrder(container))
        {
            if (network.Find(name) is { } place)
                await events.PublishNetworkAsync(container, action, place.Id, place.Name, place.Driver);
        }
    }

    public IReadOnlyList<SandboxEndpoint> Endpoints(Container container) =>
    [
        .. from place in InOrder(container)
           where place.Value.Lease is not null
           let found = network.Find(place.Key)
           where found is not null
           select Endpoint(container, found, place.Value),
    ];

    public static SandboxEndpoint Endpoint(Container container, Network network, NetworkPlace place) =>
        new(network, place.Lease!, NamesOf(container, network, place.Config), place.Config.Links ?? [], place.Config.GwPriority);

    /// <summary>Names on a network beside the container's own: aliases, short id, hostname. On the default bridge there are none.</summary>
    public static IReadOnlyList<string> NamesOf(Container container, Network network, EndpointConfig config) => network.IsPredefined
        ? []
        : [.. config.Aliases ?? [], .. ((string[])[container.Id[..12], container.Config.Hostname]).Where(name => name is not "").Except(config.Aliases ?? [])];

    private SandboxSpec Sandbox(Container container, IContainerTask task) => new()
    {
        ContainerId = container.Id,
        ContainerName = container.Name,
        Pid = task.Pid,
        Endpoints = Endpoints(container),
        Ports = task.Ports,
        Dns = container.HostConfig.Dns ?? [],
    };

    private void CheckShared(Container container)
    {
        if (NetworkModes.SharedWith(container.HostConfig.NetworkMode) is not { } reference)
            return;
        var target = registry.Get(reference).Value;
        if (target.State.Status is ContainerStatus.Restarting)
            throw EngineException.Conflict($"Container {target.Id} is restarting, wait until the container is running");
        if (!target.State.IsRunning)
            throw EngineException.Conflict($"cannot join network of a non running container: {target.Id}");
    }

    private static bool HasOwnNamespace(Container container) =>
        container.HostConfig.NetworkMode is not NetworkModes.Host && NetworkModes.SharedWith(container.HostConfig.NetworkMode) is null;

    // The network of the mode is eth0.
    private static IEnumerable<KeyValuePair<string, NetworkPlace>> InOrder(Container container) => container.Networks
        .OrderBy(place => place.Key == container.HostConfig.NetworkMode ? 0 : 1)
        .ThenBy(place => place.Value.Lease?.Interface.Length ?? 0)
        .ThenBy(place => place.Value.Lease?.Interface, StringComparer.Ordinal)
        .ThenBy(place => place.Key, StringComparer.Ordinal);

    private static bool IsForProxy(PortRequest port) => port.HostAddress.AddressFamily == AddressFamily.InterNetworkV6;
}
