namespace Dashboard.Engine.Api.Wire;

/// <summary>An entry of GET /containers/json.</summary>
internal sealed record ContainerSummary
{
    public required string Id { get; init; }
    public required IReadOnlyList<string> Names { get; init; }
    public required string Image { get; init; }
    public required string ImageID { get; init; }
    public required string Command { get; init; }
    /// <summary>Seconds since the epoch.</summary>
    public required long Created { get; init; }
    public required IReadOnlyList<PortSummary> Ports { get; init; }
    [OmitEmpty] public long SizeRw { get; init; }
    [OmitEmpty] public long SizeRootFs { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    public required string State { get; init; }
    public required string Status { get; init; }
    public required HostConfigSummary HostConfig { get; init; }
    public required NetworksOnly NetworkSettings { get; init; }
    public required IReadOnlyList<MountPoint> Mounts { get; init; }
}

internal sealed record PortSummary([property: OmitEmpty] string? IP, int PrivatePort, [property: OmitEmpty] int PublicPort, string Type);

internal sealed record HostConfigSummary(string NetworkMode, [property: OmitEmpty] IReadOnlyDictionary<string, string>? Annotations);

internal sealed record NetworksOnly(IReadOnlyDictionary<string, EndpointSettings> Networks);

internal sealed record MountPoint
{
    public required string Type { get; init; }
    [OmitEmpty] public string? Name { get; init; }
    public string Source { get; init; } = "";
    public required string Destination { get; init; }
    [OmitEmpty] public string? Driver { get; init; }
    public string Mode { get; init; } = "";
    public bool RW { get; init; }
    public string Propagation { get; init; } = "";
}
