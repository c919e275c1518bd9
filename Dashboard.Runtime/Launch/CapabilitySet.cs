using System.Globalization;

namespace Dashboard.Runtime.Launch;

/// <summary>Capability names to bits (capabilities(7)), and what this process itself may still give.</summary>
internal static class CapabilitySet
{
    private static readonly string[] Names =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE",
        "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE",
        "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE",
        "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE",
    ];

    public static int Count => Names.Length;

    public static ulong Parse(IReadOnlyList<string> names)
    {
        var bits = 0ul;
        foreach (var name in names)
        {
            var index = Array.IndexOf(Names, name.StartsWith("CAP_", StringComparison.Ordinal) ? name[4..] : name);
            if (index < 0)
                throw new LaunchException($"capability {name} is not known");
            bits |= 1ul << index;
        }
        return bits;
    }

    /// <summary>Bounding set of this process: a host may run us without some (CAP_SYS_RESOURCE, for one), and nobody can give what he lacks.</summary>
    public static ulong OwnBounding { get; } = ReadOwn("CapBnd:");

    public static ulong OwnEffective { get; } = ReadOwn("CapEff:");

    private static ulong ReadOwn(string field)
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(field, StringComparison.Ordinal))
                return ulong.Parse(line.AsSpan(field.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        return 0;
    }
}
