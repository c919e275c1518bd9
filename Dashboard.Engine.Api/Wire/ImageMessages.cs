using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Engine.Api.Wire;

/// <summary>An entry of GET /images/json.</summary>
internal sealed record ImageSummary
{
    public required int Containers { get; init; }
    /// <summary>Seconds since the epoch.</summary>
    public required long Created { get; init; }
    public required string Id { get; init; }
    public required IReadOnlyDictionary<string, string>? Labels { get; init; }
    public string ParentId { get; init; } = "";
    public required IReadOnlyList<string> RepoDigests { get; init; }
    public required IReadOnlyList<string> RepoTags { get; init; }
    public required long SharedSize { get; init; }
    public required long Size { get; init; }
    /// <summary>Until API 1.43.</summary>
    [OmitNull] public long? VirtualSize { get; init; }
}

/// <summary>GET /images/{name}/json.</summary>
internal sealed record ImageDetails
{
    public required string Id { get; init; }
    public required IReadOnlyList<string> RepoTags { get; init; }
    public required IReadOnlyList<string> RepoDigests { get; init; }
    public string Parent { get; init; } = "";
    public required string Comment { get; init; }
    [OmitEmpty] public string? Created { get; init; }
    /// <summary>Until API 1.44; docker-compose 1 needs the configuration at any version.</summary>
    [OmitNull] public string? Container { get; init; }
    [OmitNull] public JsonElement? ContainerConfig { get; init; }
    public required string DockerVersion { get; init; }
    public required string Author { get; init; }
    /// <summary>An <see cref="ImageConfig"/>; until API 1.49 a whole ContainerConfig, whose other fields are at their zero.</summary>
    public required JsonElement Config { get; init; }
    public required string Architecture { get; init; }
    [OmitEmpty] public string? Variant { get; init; }
    public required string Os { get; init; }
    public required long Size { get; init; }
    /// <summary>Until API 1.43.</summary>
    [OmitNull] public long? VirtualSize { get; init; }
    public required GraphDriver GraphDriver { get; init; }
    public required RootFs RootFS { get; init; }
    public required ImageMetadata Metadata { get; init; }
}

internal sealed record ImageConfig
{
    [OmitEmpty] public string? User { get; init; }
    [OmitEmpty] public IReadOnlyDictionary<string, JsonElement>? ExposedPorts { get; init; }
    [OmitEmpty] public IReadOnlyList<string>? Env { get; init; }
    [OmitEmpty] public IReadOnlyList<string>? Entrypoint { get; init; }
    [OmitEmpty] public IReadOnlyList<string>? Cmd { get; init; }
    [OmitEmpty] public IReadOnlyDictionary<string, JsonElement>? Volumes { get; init; }
    [OmitEmpty] public string? WorkingDir { get; init; }
    [OmitEmpty] public IReadOnlyDictionary<string, string>? Labels { get; init; }
    [OmitEmpty] public string? StopSignal { get; init; }
    [OmitEmpty] public IReadOnlyList<string>? OnBuild { get; init; }
    [OmitEmpty] public JsonElement? Healthcheck { get; init; }
    [OmitEmpty] public IReadOnlyList<string>? Shell { get; init; }
}

internal sealed record RootFs(string Type, [property: OmitEmpty] IReadOnlyList<string>? Layers);

internal sealed record ImageMetadata(string LastTagTime);

internal sealed record ImageHistoryItem(string Comment, long Created, string CreatedBy, string Id, long Size, IReadOnlyList<string>? Tags);

internal sealed record ImagesPrunedMessage(IReadOnlyList<ImageDeleted>? ImagesDeleted, long SpaceReclaimed);

internal sealed record ImageDeleted([property: OmitEmpty] string? Untagged, [property: OmitEmpty] string? Deleted);
