using System.Net;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Networking;

/// <summary>The addresses of one network, leased durably to containers. Closed for good when the network goes.</summary>
internal sealed class NetworkAddresses
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (IPAddress Address, IPAddress? Address6)> leases = [];
    private readonly Network network;
    private readonly LeaseTable table;
    private readonly AddressPool pool;
    private readonly AddressPool? pool6;
    private bool closed;

    public NetworkAddresses(Network network, LeaseTable table)
    {
        (this.network, this.table) = (network, table);
        pool = Pool(network.IPv4!);
        pool6 = network.IPv6 is { } range ? Pool(range) : null;
    }

    /// <summary>Ids of the containers that have an address.</summary>
    public IReadOnlyList<string> Holders
    {
        get
        {
            lock (gate)
                return [.. leases.Keys];
        }
    }

    /// <summary>What was leased before the server went away.</summary>
    public void Restore(IEnumerable<(string Container, IPAddress Address)> kept)
    {
        foreach (var (container, address) in kept)
        {
            var six = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
            if ((six ? pool6 : pool)?.Contains(address) is not true)
                continue;
            (six ? pool6! : pool).TryTake(address);
            var known = leases.GetValueOrDefault(container, (IPAddress.Any, null));
            leases[container] = six ? (known.Item1, address) : (address, known.Item2);
        }
    }

    public async Task<(IPAddress Address, IPAddress? Address6)> LeaseAsync(string container, EndpointIpam? wanted, CancellationToken cancellationToken)
    {
        (IPAddress Address, IPAddress? Address6) lease;
        lock (gate)
        {
            if (closed)
                throw EngineException.NotFound($"network {network.Name} not found");
            if (leases.TryGetValue(container, out var held) && Fits(held, wanted))
                return held;
            lease = Take(wanted);
            if (leases.Remove(container, out var old))
                Give(old);
            leases[container] = lease;
        }
        try
        {
            await table.SaveAsync(network.Id, container, lease.Address6 is null ? [lease.Address] : [lease.Address, lease.Address6], cancellationToken);
        }
        catch
        {
            Forget(container);
            throw;
        }
        return lease;
    }

    public async Task ReleaseAsync(string container, CancellationToken cancellationToken)
    {
        if (Forget(container))
            await table.DeleteAsync(network.Id, container, cancellationToken);
    }

    /// <summary>False while somebody has an address; true: nobody gets one any more.</summary>
    public bool TryClose()
    {
        lock (gate)
            return closed = closed || leases.Count == 0;
    }

    /// <summary>The removal did not come about.</summary>
    public void Reopen()
    {
        lock (gate)
            closed = false;
    }

    private static bool Fits((IPAddress Address, IPAddress? Address6) held, EndpointIpam? wanted) =>
        (wanted?.IPv4Address is null or "" || wanted.IPv4Address == held.Address.ToString())
        && (wanted?.IPv6Address is null or "" || IPAddress.Parse(wanted.IPv6Address).Equals(held.Address6));

    private (IPAddress, IPAddress?) Take(EndpointIpam? wanted)
    {
        var address = One(pool, wanted?.IPv4Address, "IPv4");
        try
        {
            return (address, pool6 is null ? null : One(pool6, wanted?.IPv6Address, "IPv6"));
        }
        catch
        {
            pool.Give(address);
            throw;
        }
    }

    private IPAddress One(AddressPool from, string? wanted, string family)
    {
        if (string.IsNullOrEmpty(wanted))
        {
            return from.Next()
                ?? throw new EngineException(ErrorKind.System, $"no available {family} addresses on this network's address pools: {network.Name} ({network.Id})");
        }
        var address = IPAddress.Parse(wanted);
        if (!from.Contains(address))
            throw new EngineException(ErrorKind.System, $"Invalid address {wanted}: It does not belong to any of this network's subnets");
        return from.TryTake(address) ? address : throw new EngineException(ErrorKind.Forbidden, "Address already in use");
    }

    private bool Forget(string container)
    {
        lock (gate)
        {
            if (!leases.Remove(container, out var lease))
                return false;
            Give(lease);
            return true;
        }
    }

    private void Give((IPAddress Address, IPAddress? Address6) lease)
    {
        pool.Give(lease.Address);
        if (lease.Address6 is { } six)
            pool6?.Give(six);
    }

    private static AddressPool Pool(AddressRange range)
    {
        var pool = new AddressPool(range.Subnet, range.IPRange);
        pool.TryTake(range.Gateway);
        foreach (var reserved in range.AuxiliaryAddresses?.Values ?? [])
            pool.TryTake(IPAddress.Parse(reserved));
        return pool;
    }
}
