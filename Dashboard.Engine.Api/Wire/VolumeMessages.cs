using System.Text.Json;

namespace Dashboard.Engine.Api.Wire;

/// <summary>GET /volumes/{name}, an item of GET /volumes and of GET /system/df.</summary>
internal sealed record VolumeDetails
{
    public required string CreatedAt { get; init; }
    public required string Driver { get; init; }
    public required IReadOnlyDictionary<string, string>? Labels { get; init; }
    public required string Mountpoint { get; init; }
    public required string Name { get; init; }
    public required IReadOnlyDictionary<string, string>? Options { get; init; }
    public string Scope { get; init; } = "local";
    [OmitNull] public VolumeUsageData? UsageData { get; init; }
}

/// <summary>In GET /system/df only: it costs a walk through the volume.</summary>
internal sealed record VolumeUsageData(long RefCount, long Size);

internal sealed record VolumeList(IReadOnlyList<VolumeDetails> Volumes, IReadOnlyList<string>? Warnings);

internal sealed record VolumesPruned(IReadOnlyList<string> VolumesDeleted, long SpaceReclaimed);

/// <summary>The body of POST /volumes/create.</summary>
internal sealed record VolumeCreateRequest
{
    public string Name { get; set; } = "";
    public string Driver { get; set; } = "";
    public IReadOnlyDictionary<string, string>? DriverOpts { get; set; }
    public IReadOnlyDictionary<string, string>? Labels { get; set; }
    public JsonElement? ClusterVolumeSpec { get; set; }
}
