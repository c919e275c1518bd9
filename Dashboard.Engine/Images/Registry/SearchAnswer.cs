using System.Text.Json.Serialization;

namespace Dashboard.Engine.Images.Registry;

/// <summary>One repository that a search found, as registries answer it: <c>{"results":[{"name":"busybox","star_count":3,…}]}</c>.</summary>
public sealed record SearchResult
{
    public string Name { get; set; } = "";
    public string? Description { get; set; }
    [JsonPropertyName("star_count")] public int StarCount { get; set; }
    [JsonPropertyName("is_official")] public bool IsOfficial { get; set; }
    [JsonPropertyName("is_automated")] public bool IsAutomated { get; set; }
}

internal sealed record SearchAnswer
{
    public IReadOnlyList<SearchResult>? Results { get; set; }
}
