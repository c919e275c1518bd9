using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Create;

/// <summary>The modes of the namespaces other than the network's: one's own, the host's, or another container's.</summary>
internal static class NamespaceModes
{
    public const string Shareable = "shareable";
    private const string Container = "container:";

    /// <summary>The container whose namespace is joined; null when it is no such mode.</summary>
    public static string? SharedWith(string mode) =>
        mode.StartsWith(Container, StringComparison.Ordinal) && mode.Length > Container.Length ? mode[Container.Length..] : null;

    public static string Sharing(string containerId) => Container + containerId;

    /// <exception cref="EngineException">400 in dockerd's words.</exception>
    public static void Check(HostConfig host)
    {
        Check(host.IpcMode, "IPC", "", "private", "none", "host", Shareable);
        Check(host.PidMode, "PID", "", "host");
        if (host.UTSMode is not ("" or "host"))
            throw EngineException.Invalid($"invalid UTS mode: {host.UTSMode}");
        if (host.CgroupnsMode is not ("" or "private" or "host"))
            throw EngineException.Invalid($"invalid cgroup namespace mode: {host.CgroupnsMode}");
        if (host.UsernsMode is not ("" or "host"))
            throw EngineException.Invalid($"invalid user namespace mode: {host.UsernsMode}");
    }

    private static void Check(string mode, string what, params ReadOnlySpan<string> words)
    {
        if (!words.Contains(mode) && SharedWith(mode) is null)
            throw EngineException.Invalid($"invalid {what} mode: {mode}");
    }
}
