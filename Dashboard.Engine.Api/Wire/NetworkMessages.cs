namespace Dashboard.Engine.Api.Wire;

/// <summary>GET /networks and /networks/{id}.</summary>
internal sealed record NetworkDetails
{
    public required string Name { get; init; }
    public required string Id { get; init; }
    public required string Created { get; init; }
    public string Scope { get; init; } = "local";
    public required string Driver { get; init; }
    public bool EnableIPv4 { get; init; } = true;
    public bool EnableIPv6 { get; init; }
    public required Ipam IPAM { get; init; }
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    public bool Ingress { get; init; }
    public ConfigFrom ConfigFrom { get; init; } = new("");
    public bool ConfigOnly { get; init; }
    public required IReadOnlyDictionary<string, NetworkContainer> Containers { get; init; }
    public required IReadOnlyDictionary<string, string> Options { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}

internal sealed record Ipam(string Driver, IReadOnlyDictionary<string, string>? Options, IReadOnlyList<IpamConfig>? Config);

internal sealed record IpamConfig([property: OmitEmpty] string? Subnet, [property: OmitEmpty] string? Gateway);

internal sealed record ConfigFrom(string Network);

internal sealed record NetworkContainer(string Name, string EndpointID, string MacAddress, string IPv4Address, string IPv6Address);
