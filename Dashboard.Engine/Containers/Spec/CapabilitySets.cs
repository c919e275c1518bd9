using System.Globalization;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>Which capabilities a container gets (capabilities(7); the default is Docker's fourteen).</summary>
internal static class CapabilitySets
{
    /// <summary>In the order of their numbers.</summary>
    private static readonly string[] All =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_DAC_READ_SEARCH", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETPCAP", "CAP_LINUX_IMMUTABLE", "CAP_NET_BIND_SERVICE", "CAP_NET_BROADCAST", "CAP_NET_ADMIN", "CAP_NET_RAW", "CAP_IPC_LOCK",
        "CAP_IPC_OWNER", "CAP_SYS_MODULE", "CAP_SYS_RAWIO", "CAP_SYS_CHROOT", "CAP_SYS_PTRACE", "CAP_SYS_PACCT", "CAP_SYS_ADMIN",
        "CAP_SYS_BOOT", "CAP_SYS_NICE", "CAP_SYS_RESOURCE", "CAP_SYS_TIME", "CAP_SYS_TTY_CONFIG", "CAP_MKNOD", "CAP_LEASE",
        "CAP_AUDIT_WRITE", "CAP_AUDIT_CONTROL", "CAP_SETFCAP", "CAP_MAC_OVERRIDE", "CAP_MAC_ADMIN", "CAP_SYSLOG", "CAP_WAKE_ALARM",
        "CAP_BLOCK_SUSPEND", "CAP_AUDIT_READ", "CAP_PERFMON", "CAP_BPF", "CAP_CHECKPOINT_RESTORE",
    ];

    private static readonly string[] Default =
    [
        "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FSETID", "CAP_FOWNER", "CAP_MKNOD", "CAP_NET_RAW", "CAP_SETGID", "CAP_SETUID",
        "CAP_SETFCAP", "CAP_SETPCAP", "CAP_NET_BIND_SERVICE", "CAP_SYS_CHROOT", "CAP_KILL", "CAP_AUDIT_WRITE",
    ];

    /// <summary>What this process may hand on; a virtual machine or an outer container may withhold some.</summary>
    private static readonly string[] Available = ReadAvailable();

    public static IReadOnlyList<string> For(HostConfig host) => For(host.Privileged, host.CapAdd, host.CapDrop);

    public static IReadOnlyList<string> For(bool privileged, IReadOnlyList<string>? add, IReadOnlyList<string>? drop)
    {
        var added = Normalize(add, "CapAdd");
        var dropped = Normalize(drop, "CapDrop");
        if (privileged)
            return Available;
        IEnumerable<string> start = added.Contains("ALL") ? Available : dropped.Contains("ALL") ? [] : Default;
        var wanted = start.Where(name => !dropped.Contains(name)).Concat(added.Where(name => name is not "ALL")).ToHashSet();
        return [.. All.Where(name => wanted.Contains(name) && Available.Contains(name))];
    }

    /// <exception cref="EngineException">400 in Docker's words.</exception>
    private static HashSet<string> Normalize(IReadOnlyList<string>? names, string field)
    {
        var normal = new HashSet<string>();
        foreach (var name in names ?? [])
        {
            var upper = name.ToUpperInvariant();
            if (upper is not "ALL" && !upper.StartsWith("CAP_", StringComparison.Ordinal))
                upper = "CAP_" + upper;
            if (upper is not ("ALL" or "CAP_ALL") && !All.Contains(upper))
                throw EngineException.Invalid($"invalid {field}: unknown capability: \"{upper}\"");
            if (field is "CapAdd" && All.Contains(upper) && !Available.Contains(upper))
                throw EngineException.Invalid($"invalid CapAdd: capability not supported by your kernel or not available in the current environment: \"{upper}\"");
            normal.Add(upper is "CAP_ALL" ? "ALL" : upper);
        }
        return normal;
    }

    // CapBnd:	000001ffffffffff
    private static string[] ReadAvailable()
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("CapBnd:", StringComparison.Ordinal));
        var bits = ulong.Parse(line.AsSpan(7).Trim(), NumberStyles.HexNumber);
        return [.. All.Where((_, number) => (bits >> number & 1) == 1)];
    }
}
