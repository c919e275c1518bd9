using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Oci.ImageSpec;

/// <summary>The config blob of an image (OCI image-spec, config.md, with Docker's additions).</summary>
public sealed record ImageConfigDocument
{
    public DateTimeOffset? Created { get; init; }
    public string? Author { get; init; }
    public string Architecture { get; init; } = "";
    public string? Variant { get; init; }
    public string Os { get; init; } = "";
    [JsonPropertyName("docker_version")]
    public string? DockerVersion { get; init; }
    public string? Comment { get; init; }
    public ImageExecutionConfig Config { get; init; } = new();
    public RootfsDescription Rootfs { get; init; } = new();
    public IReadOnlyList<ImageHistory> History { get; init; } = [];
}

/// <summary>What a container inherits from its image; keys are in Pascal case in the document.</summary>
public sealed record ImageExecutionConfig
{
    [JsonPropertyName("User")] public string? User { get; init; }
    [JsonPropertyName("ExposedPorts")] public IReadOnlyDictionary<string, JsonElement>? ExposedPorts { get; init; }
    [JsonPropertyName("Env")] public IReadOnlyList<string>? Env { get; init; }
    [JsonPropertyName("Entrypoint")] public IReadOnlyList<string>? Entrypoint { get; init; }
    [JsonPropertyName("Cmd")] public IReadOnlyList<string>? Cmd { get; init; }
    [JsonPropertyName("Volumes")] public IReadOnlyDictionary<string, JsonElement>? Volumes { get; init; }
    [JsonPropertyName("WorkingDir")] public string? WorkingDir { get; init; }
    [JsonPropertyName("Labels")] public IReadOnlyDictionary<string, string>? Labels { get; init; }
    [JsonPropertyName("StopSignal")] public string? StopSignal { get; init; }
    [JsonPropertyName("Healthcheck")] public JsonElement? Healthcheck { get; init; }
    [JsonPropertyName("Shell")] public IReadOnlyList<string>? Shell { get; init; }
    [JsonPropertyName("OnBuild")] public IReadOnlyList<string>? OnBuild { get; init; }
}

public sealed record RootfsDescription
{
    public string Type { get; init; } = "layers";
    [JsonPropertyName("diff_ids")] public IReadOnlyList<string> DiffIds { get; init; } = [];
}

public sealed record ImageHistory
{
    public DateTimeOffset? Created { get; init; }
    [JsonPropertyName("created_by")] public string? CreatedBy { get; init; }
    public string? Author { get; init; }
    public string? Comment { get; init; }
    [JsonPropertyName("empty_layer")] public bool? EmptyLayer { get; init; }
}
