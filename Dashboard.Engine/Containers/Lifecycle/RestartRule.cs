namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>Whether and when a container that ended by itself comes back (moby restartmanager).</summary>
internal static class RestartRule
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    /// <summary>A run of this length starts the pauses anew.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    public static bool ShouldRestart(Container container, int exitCode)
    {
        var policy = container.HostConfig.RestartPolicy;
        return !container.ManuallyStopped && policy.Name switch
        {
            "always" or "unless-stopped" => true,
            "on-failure" => exitCode != 0 && (policy.MaximumRetryCount == 0 || container.RestartCount < policy.MaximumRetryCount),
            _ => false,
        };
    }

    /// <summary>After a start of the engine, for a container that is not running: <c>always</c> comes back even if it had been stopped.</summary>
    public static bool ShouldStartWithEngine(Container container) => container.State.Status switch
    {
        ContainerStatus.Created or ContainerStatus.Removing or ContainerStatus.Dead => false,
        _ => container.HostConfig.RestartPolicy.Name is "always" || ShouldRestart(container, container.State.ExitCode),
    };

    public static TimeSpan NextPause(TimeSpan previous, TimeSpan runDuration)
    {
        if (previous == TimeSpan.Zero || runDuration >= Settled)
            return FirstPause;
        return previous * 2 < LongestPause ? previous * 2 : LongestPause;
    }
}
