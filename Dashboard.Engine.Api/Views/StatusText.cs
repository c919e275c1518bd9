using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Containers;

namespace Dashboard.Engine.Api.Views;

/// <summary>State and status as <c>docker ps</c> shows them (moby, container/state.go).</summary>
internal static class StatusText
{
    public static string State(ContainerState state) => state.Status switch
    {
        ContainerStatus.Running => "running",
        ContainerStatus.Paused => "paused",
        ContainerStatus.Restarting => "restarting",
        ContainerStatus.Removing => "removing",
        ContainerStatus.Exited => "exited",
        ContainerStatus.Dead => "dead",
        _ => "created",
    };

    public static string Of(ContainerState state, DateTimeOffset now) => state.Status switch
    {
        ContainerStatus.Running => $"Up {Since(state.StartedAt, now)}{Health(state.Health)}",
        ContainerStatus.Paused => $"Up {Since(state.StartedAt, now)} (Paused)",
        ContainerStatus.Restarting => $"Restarting ({state.ExitCode}) {Since(state.FinishedAt, now)} ago",
        ContainerStatus.Removing => "Removal In Progress",
        ContainerStatus.Dead => "Dead",
        _ when state.StartedAt is null => "Created",
        _ when state.FinishedAt is null => "",
        _ => $"Exited ({state.ExitCode}) {Since(state.FinishedAt, now)} ago",
    };

    private static string Health(ContainerHealth? health) => health switch
    {
        null => "",
        { Status: ContainerHealth.Starting } => " (health: starting)",
        { Status: var status } => $" ({status})",
    };

    private static string Since(DateTimeOffset? time, DateTimeOffset now) => HumanDuration.Format(now - (time ?? DateTimeOffset.MinValue));
}
