namespace Dashboard.Engine.Networking;

/// <summary>What was asked for a container's place on a network (Docker's <c>EndpointSettings</c> of a request).</summary>
public sealed record EndpointConfig
{
    /// <summary>Null when the request had no <c>IPAMConfig</c>: inspect shows it as it was.</summary>
    public EndpointIpam? Ipam { get; init; }
    public IReadOnlyList<string>? Links { get; init; }
    public IReadOnlyList<string>? Aliases { get; init; }
    /// <summary>Empty: made from the address.</summary>
    public string MacAddress { get; init; } = "";
    public IReadOnlyDictionary<string, string>? DriverOpts { get; init; }
    /// <summary>The network with the highest one has the default route.</summary>
    public int GwPriority { get; init; }
}

public sealed record EndpointIpam
{
    public string IPv4Address { get; init; } = "";
    public string IPv6Address { get; init; } = "";
    public IReadOnlyList<string>? LinkLocalIPs { get; init; }
}
