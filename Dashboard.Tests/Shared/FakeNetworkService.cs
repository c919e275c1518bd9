using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Networking;
using Dashboard.Engine.Tasks;

namespace Dashboard.Tests.Shared;

/// <summary>Leases from memory; remembers who is connected. Containers get no interface.</summary>
internal sealed class FakeNetworkService : INetworkService
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, EndpointLease> leases = [];
    private int next = 2;

    public HashSet<string> Connected { get; } = [];
    public IReadOnlySet<string> Live { get; private set; } = new HashSet<string>();
    public Exception? ConnectFailure { get; set; }
    public int LeaseCount => leases.Count;

    public IReadOnlyList<Network> Networks { get; } =
    [
        new() { Id = "b1", Name = "bridge", Driver = "bridge", Gateway = IPAddress.Parse("172.18.0.1") },
        new() { Id = "h1", Name = "host", Driver = "host" },
        new() { Id = "n1", Name = "none", Driver = "null" },
    ];

    public Task StartAsync(IReadOnlySet<string> liveContainers, CancellationToken cancellationToken)
    {
        Live = liveContainers;
        return Task.CompletedTask;
    }

    public Task<EndpointLease> AllocateAsync(string containerId, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult(leases[containerId] = new EndpointLease
            {
                ContainerId = containerId,
                NetworkId = "b1",
                EndpointId = "e" + next,
                Address = IPAddress.Parse($"172.18.0.{next++}"),
                PrefixLength = 16,
                Gateway = IPAddress.Parse("172.18.0.1"),
                MacAddress = "02:42:ac:12:00:02",
            });
        }
    }

    public Task ConnectAsync(EndpointLease lease, int pid, IReadOnlyList<PortRequest> ports, CancellationToken cancellationToken)
    {
        if (ConnectFailure is { } failure)
            return Task.FromException(failure);
        lock (gate)
            Connected.Add(lease.ContainerId);
        return Task.CompletedTask;
    }

    public Task AdoptAsync(EndpointLease lease, IReadOnlyList<PortRequest> ports, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ConnectLoopbackAsync(int pid, CancellationToken cancellationToken) => Task.CompletedTask;

    public IAsyncDisposable StartProxy(EndpointLease lease, IReadOnlyList<(PortRequest Port, Socket Listener)> sockets) => new Proxy(sockets);

    public Task DisconnectAsync(string containerId, IReadOnlyList<PortRequest> ports, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            Connected.Remove(containerId);
            leases.Remove(containerId);
        }
        return Task.CompletedTask;
    }

    public string ResolvConf(IReadOnlyList<string> dns, IReadOnlyList<string> search, IReadOnlyList<string> options, bool hostNetwork) => "nameserver 192.0.2.53\n";

    private sealed class Proxy(IReadOnlyList<(PortRequest Port, Socket Listener)> sockets) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            foreach (var (_, listener) in sockets)
                listener.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
