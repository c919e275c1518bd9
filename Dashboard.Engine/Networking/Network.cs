using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;

namespace Dashboard.Engine.Networking;

/// <summary>One network as it is durable and as readers see it.</summary>
public sealed record Network
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }
    public required string Name { get; init; }
    /// <summary><c>bridge</c>, <c>host</c> or <c>null</c>.</summary>
    public required string Driver { get; init; }
    public DateTimeOffset Created { get; init; }
    public bool EnableIPv6 { get; init; }
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    /// <summary>Null where nobody asked for an IPAM (Docker shows null, not an empty object).</summary>
    public IReadOnlyDictionary<string, string>? IpamOptions { get; init; }
    /// <summary>IPv4 first. A pool that was chosen by the engine is marked so.</summary>
    public IReadOnlyList<AddressRange> Pools { get; init; } = [];
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    /// <summary>Name of the bridge interface; empty for host and none.</summary>
    public string Bridge { get; init; } = "";
    /// <summary>Bytes.</summary>
    public int Mtu { get; init; }

    /// <summary>bridge, host and none: made by the engine, never removed.</summary>
    [JsonIgnore]
    public bool IsPredefined => Name is "bridge" or "host" or "none";

    [JsonIgnore]
    public bool IsDefaultBridge => Name is "bridge";

    [JsonIgnore]
    public bool IsBridge => Driver is "bridge";

    [JsonIgnore]
    public AddressRange? IPv4 => Pools.FirstOrDefault(pool => pool.Subnet.BaseAddress.AddressFamily == AddressFamily.InterNetwork);

    /// <summary>The pool that is in use; an IPv6 pool of a network without IPv6 is only shown.</summary>
    [JsonIgnore]
    public AddressRange? IPv6 => EnableIPv6 ? Pools.FirstOrDefault(pool => pool.Subnet.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6) : null;

    [JsonIgnore]
    public IPAddress? Gateway => IPv4?.Gateway;
}

/// <summary>One IPAM configuration of a network.</summary>
public sealed record AddressRange
{
    public required IPNetwork Subnet { get; init; }
    /// <summary>The bridge's own address.</summary>
    public required IPAddress Gateway { get; init; }
    /// <summary>Where containers' addresses are taken from; null is the whole subnet.</summary>
    public IPNetwork? IPRange { get; init; }
    /// <summary>Addresses that are never given, by name.</summary>
    public IReadOnlyDictionary<string, string>? AuxiliaryAddresses { get; init; }
    /// <summary>The subnet was asked for: containers may then ask for addresses of it.</summary>
    public bool IsUserDefined { get; init; }
    /// <summary>Docker shows a gateway only where it was asked for or where it chose the subnet.</summary>
    public bool ShowsGateway { get; init; } = true;
}
