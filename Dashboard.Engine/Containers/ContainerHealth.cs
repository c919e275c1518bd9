namespace Dashboard.Engine.Containers;

/// <summary>What the health check has found; null where there is none.</summary>
public sealed record ContainerHealth
{
    public const string None = "none", Starting = "starting", Healthy = "healthy", Unhealthy = "unhealthy";

    public string Status { get; init; } = Starting;
    public int FailingStreak { get; init; }
    /// <summary>The last five, oldest first.</summary>
    public IReadOnlyList<HealthResult> Log { get; init; } = [];
}

/// <summary>One run of the check.</summary>
public sealed record HealthResult
{
    public required DateTimeOffset Start { get; init; }
    public required DateTimeOffset End { get; init; }
    /// <summary>0 is healthy; -1 when the command did not end in time or could not be started.</summary>
    public required int ExitCode { get; init; }
    /// <summary>What it wrote, up to 4,096 bytes, or why there is nothing.</summary>
    public required string Output { get; init; }
}
