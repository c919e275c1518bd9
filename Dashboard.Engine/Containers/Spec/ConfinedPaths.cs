namespace Dashboard.Engine.Containers.Spec;

/// <summary>Docker's defaults of what a container must not read or write in /proc and /sys.</summary>
internal static class ConfinedPaths
{
    public static IReadOnlyList<string> Masked { get; } =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
        "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware", .. ThermalThrottle(),
    ];

    public static IReadOnlyList<string> Readonly { get; } = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    // A side channel between processes on one core (moby#49560).
    private static IEnumerable<string> ThermalThrottle() =>
        Directory.EnumerateDirectories("/sys/devices/system/cpu", "cpu*")
            .Select(cpu => Path.Combine(cpu, "thermal_throttle"))
            .Where(Directory.Exists)
            .Order(StringComparer.Ordinal);
}
