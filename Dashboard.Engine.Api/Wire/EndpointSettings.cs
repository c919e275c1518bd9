namespace Dashboard.Engine.Api.Wire;

/// <summary>A container's place on one network, in answers and (what of it is asked) in requests.</summary>
internal sealed record EndpointSettings
{
    public EndpointIpamConfig? IPAMConfig { get; init; }
    public IReadOnlyList<string>? Links { get; init; }
    public IReadOnlyList<string>? Aliases { get; init; }
    public string MacAddress { get; init; } = "";
    public IReadOnlyDictionary<string, string>? DriverOpts { get; init; }
    public int GwPriority { get; init; }
    public string NetworkID { get; init; } = "";
    public string EndpointID { get; init; } = "";
    public string Gateway { get; init; } = "";
    public string IPAddress { get; init; } = "";
    public int IPPrefixLen { get; init; }
    public string IPv6Gateway { get; init; } = "";
    public string GlobalIPv6Address { get; init; } = "";
    public int GlobalIPv6PrefixLen { get; init; }
    public IReadOnlyList<string>? DNSNames { get; init; }
}

internal sealed record EndpointIpamConfig
{
    [OmitEmpty] public string? IPv4Address { get; init; }
    [OmitEmpty] public string? IPv6Address { get; init; }
    [OmitEmpty] public IReadOnlyList<string>? LinkLocalIPs { get; init; }
}

/// <summary>NetworkingConfig of a create request.</summary>
internal sealed record NetworkingConfig
{
    public IReadOnlyDictionary<string, EndpointSettings?>? EndpointsConfig { get; init; }
}
