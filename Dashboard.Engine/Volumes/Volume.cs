namespace Dashboard.Engine.Volumes;

/// <summary>A volume as the engine knows it; one immutable value.</summary>
public sealed record Volume
{
    public const string LocalDriver = "local";

    /// <summary>Docker's mark on volumes that nobody named.</summary>
    public const string AnonymousLabel = "com.docker.volume.anonymous";

    public required string Name { get; init; }
    public required DateTimeOffset Created { get; init; }
    /// <summary>Null when none were asked for: Docker shows the difference.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    /// <summary>Options of the driver (<c>type</c>, <c>device</c>, <c>o</c>); null when there are none.</summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }
    /// <summary>Of the host: what containers see at their mount points.</summary>
    public required string Mountpoint { get; init; }

    public bool IsAnonymous => Labels?.ContainsKey(AnonymousLabel) == true;
}
