using System.Text.Json.Serialization;

namespace Dashboard.Oci.ImageSpec;

/// <summary>
/// One image of a docker-archive's <c>manifest.json</c>:
/// <code>[{"Config":"4d0c….json","RepoTags":["busybox:latest"],"Layers":["8ac8…/layer.tar"]}]</code>
/// </summary>
public sealed record DockerArchiveItem
{
    public const string FileName = "manifest.json";

    [JsonPropertyName("Config")] public string? Config { get; set; }
    [JsonPropertyName("RepoTags")] public IReadOnlyList<string>? RepoTags { get; set; }
    [JsonPropertyName("Layers")] public IReadOnlyList<string>? Layers { get; set; }
}
