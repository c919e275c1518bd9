using System.Collections.Concurrent;
using System.Collections.Immutable;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Networking;

/// <summary>The networks in memory, and the addresses of those that are bridges. Reads take no lock.</summary>
internal sealed class NetworkCatalog(LeaseTable leases)
{
    private readonly ConcurrentDictionary<string, NetworkAddresses> addresses = new();
    private ImmutableArray<Network> networks = [];

    public IReadOnlyList<Network> All => networks;

    public IEnumerable<Network> Bridges => networks.Where(network => network.IsBridge);

    public void Add(Network network)
    {
        if (network.IsBridge)
            addresses[network.Id] = new NetworkAddresses(network, leases);
        ImmutableInterlocked.Update(ref networks, (all, added) => all.Add(added), network);
    }

    public void Remove(Network network)
    {
        ImmutableInterlocked.Update(ref networks, (all, removed) => all.RemoveAll(each => each.Id == removed.Id), network);
        addresses.TryRemove(network.Id, out _);
    }

    public NetworkAddresses AddressesOf(Network network) =>
        addresses.TryGetValue(network.Id, out var found) ? found : throw EngineException.NotFound($"network {network.Name} not found");

    /// <summary>Null for networks that are not bridges: nobody has an address of theirs.</summary>
    public NetworkAddresses? FindAddresses(Network network) => addresses.GetValueOrDefault(network.Id);

    public Task ReleaseAllAsync(string container, CancellationToken cancellationToken) =>
        Task.WhenAll(addresses.Values.Select(each => each.ReleaseAsync(container, cancellationToken)));

    /// <summary>Full id, then name, then a unique beginning of the id.</summary>
    public Network? Find(string reference)
    {
        var all = networks;
        var exact = all.FirstOrDefault(network => network.Id == reference) ?? all.FirstOrDefault(network => network.Name == reference);
        if (exact is not null)
            return exact;
        if (reference.Length == 0)
            return null;
        var matches = all.Where(network => network.Id.StartsWith(reference, StringComparison.Ordinal)).ToList();
        return matches.Count <= 1
            ? matches.FirstOrDefault()
            : throw EngineException.Invalid($"network {reference} is ambiguous ({matches.Count} matches found based on ID prefix)");
    }
}
