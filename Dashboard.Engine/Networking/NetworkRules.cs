using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Networking;

/// <summary>Checks a request for a network and completes it, in dockerd's words.</summary>
internal static class NetworkRules
{
    private const string NoSwarm = "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.";

    /// <param name="known">All networks that are there.</param>
    public static Network Complete(CreateNetwork request, IReadOnlyList<Network> known, int uplinkMtu, DateTimeOffset now)
    {
        CheckName(request.Name, known);
        CheckKind(request);
        var options = request.Options ?? new Dictionary<string, string>();
        var parsed = NetworkOptions.Parse(options);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        var bridge = parsed.BridgeName ?? "br-" + id[..12];
        if (known.FirstOrDefault(network => network.Bridge == bridge) is { } other)
            throw new EngineException(ErrorKind.Forbidden, $"cannot create network {id} ({bridge}): conflicts with network {other.Id} ({bridge}): networks have same bridge name");
        return new Network
        {
            Id = id,
            Name = request.Name,
            Driver = "bridge",
            Created = now,
            EnableIPv6 = request.EnableIPv6,
            Internal = request.Internal,
            Attachable = request.Attachable,
            IpamOptions = request.IpamOptions,
            Pools = Pools(request, known),
            Options = options,
            Labels = request.Labels ?? new Dictionary<string, string>(),
            Bridge = bridge,
            Mtu = parsed.Mtu is { } mtu and > 0 ? mtu : uplinkMtu,
        };
    }

    private static void CheckName(string name, IReadOnlyList<Network> known)
    {
        if (string.IsNullOrWhiteSpace(name))
            throw EngineException.Invalid($"invalid name: {name}");
        if (name is "bridge" or "host" or "none" or "default" || name.StartsWith("container:", StringComparison.Ordinal))
            throw new EngineException(ErrorKind.Forbidden, $"operation is not permitted on predefined {name} network ");
        if (known.Any(network => network.Name == name))
            throw EngineException.Conflict($"network with name {name} already exists");
    }

    private static void CheckKind(CreateNetwork request)
    {
        if (request.Ingress)
            throw new EngineException(ErrorKind.Forbidden, "Ingress network can only be global scope network");
        if (request.Scope is not ("" or "local"))
            throw new EngineException(ErrorKind.Forbidden, $"cannot create a {request.Scope} scoped network when swarm is not active");
        if (request.ConfigOnly || request.ConfigFrom is not "")
            throw EngineException.NotImplemented(request.ConfigOnly ? "a network with ConfigOnly" : "a network with ConfigFrom");
        if (!request.EnableIPv4)
            throw EngineException.NotImplemented("a network without IPv4 (EnableIPv4=false)");
        switch (request.Driver)
        {
            case "" or "bridge" or "default":
                break;
            case "host" or "null":
                throw new EngineException(ErrorKind.Forbidden, $"only one instance of \"{request.Driver}\" network is allowed");
            case "overlay":
                throw new EngineException(ErrorKind.Forbidden, NoSwarm);
            case "macvlan" or "ipvlan":
                throw EngineException.NotImplemented($"the network driver {request.Driver}");
            default:
                throw EngineException.NotFound($"plugin \"{request.Driver}\" not found");
        }
        if (request.IpamDriver is not ("" or "default"))
            throw request.IpamDriver is "null" ? EngineException.Invalid("ipv4 pool is empty") : EngineException.NotFound($"plugin \"{request.IpamDriver}\" not found");
        if (request.IpamOptions is { Count: > 0 } options)
            throw EngineException.NotImplemented($"the IPAM option {options.Keys.First()}");
    }

    private static List<AddressRange> Pools(CreateNetwork request, IReadOnlyList<Network> known)
    {
        var ranges = request.Pools.Select(asked => Range(asked)).ToList();
        if (ranges.Count(range => Family(range) == AddressFamily.InterNetwork) > 1 || ranges.Count(range => Family(range) == AddressFamily.InterNetworkV6) > 1)
            throw new EngineException(ErrorKind.Forbidden, "bridge driver doesn't support multiple subnets");
        foreach (var range in ranges)
        {
            if (known.SelectMany(network => network.Pools).Any(pool => Subnets.Overlap(pool.Subnet, range.Subnet)))
                throw new EngineException(ErrorKind.Forbidden, "Pool overlaps with other one on this address space");
        }
        var taken = known.SelectMany(network => network.Pools.Select(pool => pool.Subnet)).ToList();
        if (ranges.All(range => Family(range) != AddressFamily.InterNetwork))
            ranges.Insert(0, Chosen(Subnets.Free(taken)));
        if (request.EnableIPv6 && ranges.All(range => Family(range) != AddressFamily.InterNetworkV6))
            ranges.Add(Chosen(Subnets.FreeIPv6(taken)));
        return [.. ranges.OrderBy(range => Family(range) == AddressFamily.InterNetwork ? 0 : 1)];
    }

    private static AddressRange Chosen(IPNetwork subnet) => new() { Subnet = subnet, Gateway = Subnets.FirstOf(subnet) };

    private static AddressRange Range(CreateAddressRange asked)
    {
        if (!Subnets.TryParse(asked.Subnet, out var subnet))
            throw EngineException.Invalid($"Invalid subnet {asked.Subnet} : invalid CIDR address: {asked.Subnet}");
        IPNetwork? part = null;
        if (asked.IPRange is not "")
        {
            if (!Subnets.TryParse(asked.IPRange, out var parsed) || parsed.BaseAddress.AddressFamily != subnet.BaseAddress.AddressFamily)
                throw EngineException.Invalid($"failed to parse pool request for address space \"LocalDefault\" pool \"{asked.Subnet}\" subpool \"{asked.IPRange}\": Invalid Address SubPool");
            if (!subnet.Contains(parsed.BaseAddress) || parsed.PrefixLength < subnet.PrefixLength)
                throw EngineException.Invalid($"invalid IP range {asked.IPRange}: it is no part of the subnet {asked.Subnet}");
            part = parsed;
        }
        var pool = new AddressPool(subnet, part);
        var gateway = Gateway(asked, pool);
        foreach (var (name, text) in asked.AuxiliaryAddresses ?? new Dictionary<string, string>())
        {
            if (!IPAddress.TryParse(text, out var address) || !pool.Contains(address))
                throw EngineException.Invalid($"failed to allocate secondary ip address ({name}:{text}): Requested address is out of range");
            if (!pool.TryTake(address))
                throw EngineException.Invalid($"failed to allocate secondary ip address ({name}:{text}): Address already in use");
        }
        return new AddressRange
        {
            Subnet = subnet,
            Gateway = gateway,
            IPRange = part,
            AuxiliaryAddresses = asked.AuxiliaryAddresses,
            IsUserDefined = true,
            ShowsGateway = asked.Gateway is not "",
        };
    }

    private static IPAddress Gateway(CreateAddressRange asked, AddressPool pool)
    {
        if (asked.Gateway is "")
        {
            // Somebody may have reserved the first one for himself.
            foreach (var text in asked.AuxiliaryAddresses?.Values ?? [])
            {
                if (IPAddress.TryParse(text, out var reserved) && pool.Contains(reserved))
                    pool.TryTake(reserved);
            }
            var chosen = pool.Next() ?? throw EngineException.Invalid("failed to allocate gateway (): No available addresses on this pool");
            foreach (var text in asked.AuxiliaryAddresses?.Values ?? [])
            {
                if (IPAddress.TryParse(text, out var reserved) && pool.Contains(reserved))
                    pool.Give(reserved);
            }
            return chosen;
        }
        if (!IPAddress.TryParse(asked.Gateway, out var gateway))
            throw EngineException.Invalid($"invalid gateway address {asked.Gateway} in Ipam configuration");
        if (!pool.Contains(gateway))
            throw EngineException.Invalid($"failed to allocate gateway ({asked.Gateway}): Requested address is out of range");
        return pool.TryTake(gateway) ? gateway : throw EngineException.Invalid($"failed to allocate gateway ({asked.Gateway}): Address already in use");
    }

    private static AddressFamily Family(AddressRange range) => range.Subnet.BaseAddress.AddressFamily;
}
