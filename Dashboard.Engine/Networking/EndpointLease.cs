using System.Net;

namespace Dashboard.Engine.Networking;

/// <summary>One container's place on one bridge while it runs.</summary>
public sealed record EndpointLease
{
    public required string ContainerId { get; init; }
    public required string NetworkId { get; init; }
    public required string EndpointId { get; init; }
    public required IPAddress Address { get; init; }
    public required int PrefixLength { get; init; }
    public required IPAddress Gateway { get; init; }
    public IPAddress? Address6 { get; init; }
    public int PrefixLength6 { get; init; }
    public IPAddress? Gateway6 { get; init; }
    /// <summary><c>02:42:…</c></summary>
    public required string MacAddress { get; init; }
    /// <summary>Inside the container: <c>eth0</c>, <c>eth1</c> and so on.</summary>
    public string Interface { get; init; } = "eth0";
}
