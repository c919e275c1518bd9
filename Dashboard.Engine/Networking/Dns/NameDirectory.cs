using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Dashboard.Engine.Networking.Dns;

/// <summary>Who has which name on which network. Readers take no lock: a change builds the network's part anew and swaps it.</summary>
internal sealed class NameDirectory
{
    private readonly ConcurrentDictionary<string, Names> networks = new();

    private sealed record Names(IReadOnlyDictionary<string, Found> ByName, IReadOnlyDictionary<IPAddress, string> ByAddress);

    internal sealed record Found(IReadOnlyList<IPAddress> IPv4, IReadOnlyList<IPAddress> IPv6);

    /// <summary>From all running containers, one call at a time.</summary>
    public void Rebuild(string networkId, IEnumerable<SandboxSpec> sandboxes)
    {
        var names = new Dictionary<string, (List<IPAddress> Four, List<IPAddress> Six)>(StringComparer.OrdinalIgnoreCase);
        var addresses = new Dictionary<IPAddress, string>();
        foreach (var sandbox in sandboxes)
        {
            if (sandbox.Endpoints.FirstOrDefault(each => each.Network.Id == networkId) is not { } endpoint)
                continue;
            foreach (var name in endpoint.Names.Append(sandbox.ContainerName).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                if (!names.TryGetValue(name, out var found))
                    names[name] = found = ([], []);
                found.Four.Add(endpoint.Lease.Address);
                if (endpoint.Lease.Address6 is { } address6)
                    found.Six.Add(address6);
            }
            addresses[endpoint.Lease.Address] = $"{sandbox.ContainerName}.{endpoint.Network.Name}";
            if (endpoint.Lease.Address6 is { } six)
                addresses[six] = $"{sandbox.ContainerName}.{endpoint.Network.Name}";
        }
        if (names.Count == 0)
            networks.TryRemove(networkId, out _);
        else
            networks[networkId] = new Names(names.ToDictionary(entry => entry.Key, entry => new Found(entry.Value.Four, entry.Value.Six), StringComparer.OrdinalIgnoreCase), addresses);
    }

    /// <summary>On the first of the container's networks that knows it. Nobody sees the names of other networks.</summary>
    public Found? Find(IReadOnlyList<SandboxEndpoint> endpoints, string name)
    {
        foreach (var endpoint in endpoints)
        {
            if (endpoint.Network.IsPredefined || !networks.TryGetValue(endpoint.Network.Id, out var known))
                continue;
            if (FindLinked(known, endpoint, name) is { } linked)
                return linked;
            if (known.ByName.TryGetValue(name, out var found))
                return found;
            // web.front: the name on that network.
            var qualifier = name.Length - endpoint.Network.Name.Length - 1;
            if (qualifier > 0 && name[qualifier] == '.' && name.EndsWith(endpoint.Network.Name, StringComparison.OrdinalIgnoreCase) && known.ByName.TryGetValue(name[..qualifier], out found))
                return found;
        }
        return null;
    }

    /// <summary>The name of an address; null when nobody on the container's networks has it.</summary>
    public string? Find(IReadOnlyList<SandboxEndpoint> endpoints, IPAddress address)
    {
        foreach (var endpoint in endpoints)
        {
            if (!endpoint.Network.IsPredefined && networks.TryGetValue(endpoint.Network.Id, out var known) && known.ByAddress.TryGetValue(address, out var name))
                return name;
        }
        return null;
    }

    /// <summary><c>4.3.2.1.in-addr.arpa</c> and <c>….ip6.arpa</c> (RFC 1035, 3.5; RFC 3596, 2.5); null for anything else.</summary>
    public static IPAddress? ReverseOf(string name)
    {
        const string four = ".in-addr.arpa", six = ".ip6.arpa";
        if (name.EndsWith(four, StringComparison.Ordinal))
        {
            var parts = name[..^four.Length].Split('.');
            var bytes = new byte[4];
            for (var i = 0; i < 4; i++)
            {
                if (parts.Length != 4 || !byte.TryParse(parts[3 - i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
                    return null;
            }
            return new IPAddress(bytes);
        }
        if (!name.EndsWith(six, StringComparison.Ordinal))
            return null;
        var digits = name[..^six.Length].Split('.');
        return digits.Length == 32 && Array.TrueForAll(digits, digit => digit.Length == 1 && char.IsAsciiHexDigit(digit[0]))
            ? new IPAddress(Convert.FromHexString(string.Concat(digits.Reverse())))
            : null;
    }

    // target:alias, or a name alone for both.
    private static Found? FindLinked(Names known, SandboxEndpoint endpoint, string name)
    {
        foreach (var link in endpoint.Links)
        {
            var parts = link.Split(':', 2);
            if (parts[^1].Equals(name, StringComparison.OrdinalIgnoreCase) && known.ByName.TryGetValue(parts[0].TrimStart('/'), out var target))
                return target;
        }
        return null;
    }
}
