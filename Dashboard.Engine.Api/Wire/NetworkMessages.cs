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
    public ConfigFrom ConfigFrom { get; init; } = new();
    public bool ConfigOnly { get; init; }
    public required IReadOnlyDictionary<string, NetworkContainer> Containers { get; init; }
    public required IReadOnlyDictionary<string, string> Options { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}

internal sealed record Ipam
{
    public string Driver { get; init; } = "";
    public IReadOnlyDictionary<string, string>? Options { get; init; }
    public IReadOnlyList<IpamConfig>? Config { get; init; }
}

internal sealed record IpamConfig
{
    [OmitEmpty] public string? Subnet { get; init; }
    [OmitEmpty] public string? IPRange { get; init; }
    [OmitEmpty] public string? Gateway { get; init; }
    [OmitEmpty] public IReadOnlyDictionary<string, string>? AuxiliaryAddresses { get; init; }
}

internal sealed record ConfigFrom
{
    public string Network { get; init; } = "";
}

internal sealed record NetworkContainer(string Name, string EndpointID, string MacAddress, string IPv4Address, string IPv6Address);

/// <summary>POST /networks/create. CheckDuplicate is always on.</summary>
internal sealed record NetworkCreateRequest
{
    public string Name { get; init; } = "";
    public bool CheckDuplicate { get; init; }
    public string Driver { get; init; } = "";
    public string Scope { get; init; } = "";
    public bool? EnableIPv4 { get; init; }
    public bool? EnableIPv6 { get; init; }
    public Ipam? IPAM { get; init; }
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    public bool Ingress { get; init; }
    public bool ConfigOnly { get; init; }
    public ConfigFrom? ConfigFrom { get; init; }
    public IReadOnlyDictionary<string, string>? Options { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

internal sealed record NetworkCreated(string Id, string Warning);

/// <summary>POST /networks/{id}/connect.</summary>
internal sealed record NetworkConnect
{
    public string Container { get; init; } = "";
    public EndpointSettings? EndpointConfig { get; init; }
}

/// <summary>POST /networks/{id}/disconnect.</summary>
internal sealed record NetworkDisconnect
{
    public string Container { get; init; } = "";
    public bool Force { get; init; }
}
