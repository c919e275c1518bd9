using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Networking;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary><c>network connect</c> and <c>disconnect</c>, with the container's gate held. The state is saved before the event.</summary>
internal sealed class ContainerConnections(
    ContainerRegistry registry,
    INetworkService network,
    ContainerNetworking networking,
    SystemFiles files,
    ContainerEvents events,
    ILogger<ContainerConnections> logger)
{
    public async Task ConnectAsync(ContainerEntry entry, Network target, EndpointConfig config)
    {
        var container = entry.Value;
        Check(container, target, config);
        config = WithOwnMac(container, target, config);
        var running = entry.Task is not null && container.State.IsRunning;
        if (running && container.Networks.GetValueOrDefault(target.Name) is { Lease: not null })
            throw new EngineException(ErrorKind.Forbidden, $"endpoint with name {container.Name} already exists in network {target.Name}");
        if (!running)
        {
            // How it is to be connected was said before.
            if (container.Networks.ContainsKey(target.Name))
                return;
            await registry.SaveAsync(entry, With(container, target.Name, new NetworkPlace { Config = config }));
            return;
        }
        await JoinAsync(entry, container, target, config);
        await events.PublishNetworkAsync(container, "connect", target.Id, target.Name, target.Driver);
    }

    public async Task DisconnectAsync(ContainerEntry entry, string reference, bool force)
    {
        var container = entry.Value;
        var target = network.Find(reference);
        if (target is null && !force)
            throw EngineException.NotFound($"network {reference} not found");
        var name = target?.Name ?? reference;
        if (target?.Driver is "host" && container.HostConfig.NetworkMode is NetworkModes.Host)
            throw EngineException.Invalid("container cannot be disconnected from host network or connected to host network");
        if (!container.Networks.TryGetValue(name, out var place))
            throw new EngineException(ErrorKind.System, $"container {container.Id} is not connected to {(container.State.IsRunning ? "" : "the ")}network {name}");
        var networks = container.Networks.Where(each => each.Key != name).ToDictionary();
        if (place.Lease is { } lease)
            await network.LeaveAsync(container.Id, lease.NetworkId, CancellationToken.None);
        await registry.SaveAsync(entry, container with { Networks = networks });
        if (place.Lease is not null)
        {
            files.Leave(entry.Value, place.Lease);
            await RenewProxyAsync(entry);
        }
        if (target is not null)
            await events.PublishNetworkAsync(container, "disconnect", target.Id, target.Name, target.Driver);
    }

    private async Task JoinAsync(ContainerEntry entry, Container container, Network target, EndpointConfig config)
    {
        await using var undo = new UndoStack(logger);
        var name = await network.NextInterfaceAsync(container.Id, target, CancellationToken.None);
        undo.Push("leave the network again", () => network.LeaveAsync(container.Id, target.Id, CancellationToken.None));
        var lease = await network.AllocateAsync(target, container.Id, config, name, CancellationToken.None);
        var place = new NetworkPlace { Config = config, Lease = lease };
        var joined = With(container, target.Name, place);
        await network.JoinAsync(container.Id, ContainerNetworking.Endpoint(joined, target, place), CancellationToken.None);
        await registry.SaveAsync(entry, joined);
        undo.Commit();
        files.Join(container, joined, lease);
        await RenewProxyAsync(entry);
    }

    // Ports lead to the network of the default route, and that may be another one now.
    private async Task RenewProxyAsync(ContainerEntry entry)
    {
        if (entry.Task is not { } task || entry.Value.BoundPorts.Count == 0)
            return;
        if (entry.Proxy is { } proxy)
            proxy.Lead(networking.ServedAddress(entry.Value));
        else
            entry.Proxy = await networking.StartProxyAsync(entry.Value, task);
    }

    private static void Check(Container container, Network target, EndpointConfig config)
    {
        if (container.State.Status is ContainerStatus.Removing or ContainerStatus.Dead)
            throw new EngineException(ErrorKind.Forbidden, $"Container {container.Id} is marked for removal and cannot be connected or disconnected to the network");
        if (NetworkModes.SharedWith(container.HostConfig.NetworkMode) is not null)
            throw EngineException.Invalid("container sharing network namespace with another container or host cannot be connected to any other network");
        if (target.Driver is "host" && container.HostConfig.NetworkMode is not NetworkModes.Host)
            throw EngineException.Invalid("container cannot be disconnected from host network or connected to host network");
        EndpointRules.CheckForm(config);
        EndpointRules.CheckNetwork(target, config);
        NetworkPlaces.CheckTogether([.. container.Networks.Keys.Append(target.Name).Distinct()]);
    }

    // A container's own MAC address is that of its mode's network, as often as it comes back to it (docker-compose 1.29 does).
    private static EndpointConfig WithOwnMac(Container container, Network target, EndpointConfig config) =>
        container.Config.MacAddress is { Length: > 0 } mac && config.MacAddress is "" && container.HostConfig.NetworkMode is var mode && (mode == target.Name || mode == target.Id)
            ? config with { MacAddress = mac }
            : config;

    private static Container With(Container container, string name, NetworkPlace place) =>
        container with { Networks = new Dictionary<string, NetworkPlace>(container.Networks) { [name] = place } };
}
