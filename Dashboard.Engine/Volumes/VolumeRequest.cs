namespace Dashboard.Engine.Volumes;

/// <summary>What a new volume shall be; a volume of that name that is there already is the answer as it is.</summary>
public sealed record VolumeRequest
{
    /// <summary>Empty: anonymous, 64 hex digits.</summary>
    public string Name { get; init; } = "";
    /// <summary>Empty: local.</summary>
    public string Driver { get; init; } = "";
    public IReadOnlyDictionary<string, string>? Options { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}
