namespace Dashboard.Engine.Containers.Health;

/// <summary>From one result of the check to the next state of health (moby daemon/health.go, handleProbeResult).</summary>
internal static class HealthVerdict
{
    private const int KeptResults = 5;

    public static ContainerHealth Next(ContainerHealth before, HealthResult result, HealthConfig check, DateTimeOffset? startedAt)
    {
        var after = before with { Log = [.. before.Log.TakeLast(KeptResults - 1), result] };
        if (result.ExitCode == 0)
            return after with { Status = ContainerHealth.Healthy, FailingStreak = 0 };
        var excused = before.Status is ContainerHealth.Starting && result.Start - startedAt < HealthProbe.StartPeriod(check);
        if (excused)
            return after;
        var streak = before.FailingStreak + 1;
        return after with { FailingStreak = streak, Status = streak >= HealthProbe.Retries(check) ? ContainerHealth.Unhealthy : before.Status };
    }

    /// <summary>At a start: as if nothing were known, but with the log of the earlier run.</summary>
    public static ContainerHealth? Started(Container container) => HealthProbe.Command(container.Config) is null
        ? null
        : (container.State.Health ?? new ContainerHealth()) with { Status = ContainerHealth.Starting, FailingStreak = 0 };

    /// <summary>What nobody checks is not healthy.</summary>
    public static ContainerState Unwatched(ContainerState state) =>
        state.Health is null ? state : state with { Health = state.Health with { Status = ContainerHealth.Unhealthy } };
}
