using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Oci.ImageSpec;

/// <summary>The config blob of an image (OCI image-spec, config.md, with Docker's additions).</summary>
public sealed record ImageConfigDocument
{
    public DateTimeOffset? Created { get; set; }
    public string? Author { get; set; }
    public string Architecture { get; set; } = "";
    public string? Variant { get; set; }
    public string Os { get; set; } = "";
    [JsonPropertyName("docker_version")]
    public string? DockerVersion { get; set; }
    public string? Comment { get; set; }
    /// <summary>The container that the image was made of, and how it was configured: what Docker's own builder and commit write.</summary>
    public string? Container { get; set; }
    [JsonPropertyName("container_config")]
    public JsonElement? ContainerConfig { get; set; }
    public ImageExecutionConfig Config { get; set; } = new();
    public RootfsDescription Rootfs { get; set; } = new();
    public IReadOnlyList<ImageHistory> History { get; set; } = [];
}

/// <summary>What a container inherits from its image; keys are in Pascal case in the document.</summary>
public sealed record ImageExecutionConfig
{
    [JsonPropertyName("User")] public string? User { get; set; }
    [JsonPropertyName("ExposedPorts")] public IReadOnlyDictionary<string, JsonElement>? ExposedPorts { get; set; }
    [JsonPropertyName("Env")] public IReadOnlyList<string>? Env { get; set; }
    [JsonPropertyName("Entrypoint")] public IReadOnlyList<string>? Entrypoint { get; set; }
    [JsonPropertyName("Cmd")] public IReadOnlyList<string>? Cmd { get; set; }
    [JsonPropertyName("Volumes")] public IReadOnlyDictionary<string, JsonElement>? Volumes { get; set; }
    [JsonPropertyName("WorkingDir")] public string? WorkingDir { get; set; }
    [JsonPropertyName("Labels")] public IReadOnlyDictionary<string, string>? Labels { get; set; }
    [JsonPropertyName("StopSignal")] public string? StopSignal { get; set; }
    [JsonPropertyName("Healthcheck")] public JsonElement? Healthcheck { get; set; }
    [JsonPropertyName("Shell")] public IReadOnlyList<string>? Shell { get; set; }
    [JsonPropertyName("OnBuild")] public IReadOnlyList<string>? OnBuild { get; set; }
}

public sealed record RootfsDescription
{
    public string Type { get; set; } = "layers";
    [JsonPropertyName("diff_ids")] public IReadOnlyList<string> DiffIds { get; set; } = [];
}

public sealed record ImageHistory
{
    public DateTimeOffset? Created { get; set; }
    [JsonPropertyName("created_by")] public string? CreatedBy { get; set; }
    public string? Author { get; set; }
    public string? Comment { get; set; }
    [JsonPropertyName("empty_layer")] public bool? EmptyLayer { get; set; }
}
