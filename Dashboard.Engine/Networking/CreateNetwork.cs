namespace Dashboard.Engine.Networking;

/// <summary>What <c>POST /networks/create</c> asks for, as it was written.</summary>
public sealed record CreateNetwork
{
    public required string Name { get; init; }
    public string Driver { get; init; } = "";
    public string Scope { get; init; } = "";
    public bool Internal { get; init; }
    public bool Attachable { get; init; }
    public bool Ingress { get; init; }
    public bool ConfigOnly { get; init; }
    public string ConfigFrom { get; init; } = "";
    public bool EnableIPv4 { get; init; } = true;
    public bool EnableIPv6 { get; init; }
    public string IpamDriver { get; init; } = "";
    public IReadOnlyDictionary<string, string>? IpamOptions { get; init; }
    public IReadOnlyList<CreateAddressRange> Pools { get; init; } = [];
    public IReadOnlyDictionary<string, string>? Options { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

public sealed record CreateAddressRange
{
    public string Subnet { get; init; } = "";
    public string IPRange { get; init; } = "";
    public string Gateway { get; init; } = "";
    public IReadOnlyDictionary<string, string>? AuxiliaryAddresses { get; init; }
}
