namespace Dashboard.Client.Docker;

/// <summary>Reads Docker's state and status text.</summary>
public static class Conditions
{
    /// <param name="state">The wire's State: running, exited, …</param>
    /// <param name="status">The wire's Status, for example "Up 5 seconds (health: starting)" or "Exited (137) 2 minutes ago".</param>
    public static ContainerCondition Of(string? state, string? status) => state switch
    {
        "created" => ContainerCondition.Created,
        "running" when Has(status, "(unhealthy)") => ContainerCondition.Unhealthy,
        "running" when Has(status, "(health: starting)") => ContainerCondition.Starting,
        "running" => ContainerCondition.Running,
        "paused" => ContainerCondition.Paused,
        "restarting" => ContainerCondition.Restarting,
        "removing" => ContainerCondition.Removing,
        "dead" => ContainerCondition.Dead,
        // Podman also says "stopped" and "configured".
        "configured" => ContainerCondition.Created,
        _ => Has(status, "Exited (0)") || !Has(status, "Exited (") ? ContainerCondition.Exited : ContainerCondition.Failed,
    };

    private static bool Has(string? status, string part) => status?.Contains(part, StringComparison.Ordinal) == true;
}
