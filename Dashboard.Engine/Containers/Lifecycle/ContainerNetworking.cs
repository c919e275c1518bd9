using System.Net.Sockets;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Networking;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>A container's side of the network, by its mode.</summary>
internal sealed class ContainerNetworking(INetworkService network, ContainerEvents events)
{
    /// <summary>Null where the container has no place on a network of ours.</summary>
    public async Task<EndpointLease?> AllocateAsync(Container container) =>
        container.HostConfig.NetworkMode is NetworkModes.Bridge
            ? await network.AllocateAsync(container.Id, CancellationToken.None)
            : null;

    public static IReadOnlyList<PortRequest> Ports(Container container) =>
        container.HostConfig.NetworkMode is NetworkModes.Bridge
            ? PublishedPorts.Requests(container.Config, container.HostConfig)
            : [];

    /// <summary>While the init waits to be released.</summary>
    public Task ConnectAsync(Container container, IContainerTask task) => container switch
    {
        { Endpoint: { } lease } => network.ConnectAsync(lease, task.Pid, task.Ports, CancellationToken.None),
        { HostConfig.NetworkMode: NetworkModes.None } => network.ConnectLoopbackAsync(task.Pid, CancellationToken.None),
        _ => Task.CompletedTask,
    };

    /// <summary>After a restart of the server.</summary>
    public Task AdoptAsync(Container container, IContainerTask task) =>
        container.Endpoint is { } lease ? network.AdoptAsync(lease, task.Ports, CancellationToken.None) : Task.CompletedTask;

    /// <summary>After a restart of the engine: the rules of a container that went on.</summary>
    public Task AdoptAsync(Container container) => container.Endpoint is { } lease
        ? network.AdoptAsync(lease, container.BoundPorts, CancellationToken.None)
        : Task.CompletedTask;

    /// <summary>For what the kernel's path cannot serve: IPv6 addresses of published ports. Null when there are none.</summary>
    public async Task<IAsyncDisposable?> StartProxyAsync(Container container, IContainerTask task)
    {
        if (container.Endpoint is not { } lease || !task.Ports.Any(port => port.HostAddress.AddressFamily == AddressFamily.InterNetworkV6))
            return null;
        var sockets = await task.HeldSocketsAsync(CancellationToken.None);
        var served = new List<(PortRequest, Socket)>();
        foreach (var (port, socket) in task.Ports.Zip(sockets))
        {
            if (port.HostAddress.AddressFamily == AddressFamily.InterNetworkV6)
                served.Add((port, socket));
            else
                socket.Dispose();
        }
        return network.StartProxy(lease, served);
    }

    /// <summary>Idempotent.</summary>
    public Task DisconnectAsync(Container container) => container.HostConfig.NetworkMode is NetworkModes.Bridge
        ? network.DisconnectAsync(container.Id, container.BoundPorts, CancellationToken.None)
        : Task.CompletedTask;

    public async ValueTask PublishAsync(Container container, string action)
    {
        var mode = container.HostConfig.NetworkMode;
        if (network.Networks.FirstOrDefault(candidate => candidate.Name == mode) is { } place)
            await events.PublishNetworkAsync(container, action, place.Id, place.Name, place.Driver);
    }
}
