namespace Dashboard.Engine;

/// <summary>Whether this process may run an engine: root alone is not enough in a container (capabilities(7)).</summary>
public static class EnginePrivileges
{
    // linux/capability.h. What every step of the engine needs: mounts and namespaces; links, addresses and rules.
    private static readonly (int Bit, string Name)[] Needed = [(12, "CAP_NET_ADMIN"), (21, "CAP_SYS_ADMIN")];

    public static bool IsRoot => Environment.IsPrivilegedProcess;

    /// <summary>The names of capabilities without which the engine cannot start.</summary>
    public static IReadOnlyList<string> Missing { get; } = MissingOf(Effective);

    /// <summary>The bits of CapEff in /proc/self/status (proc_pid_status(5)).</summary>
    internal static ulong Effective =>
        Convert.ToUInt64(File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapEff:", StringComparison.Ordinal))[7..].Trim(), 16);

    internal static IReadOnlyList<string> MissingOf(ulong effective) => [.. Needed.Where(each => (effective >> each.Bit & 1) == 0).Select(each => each.Name)];
}
