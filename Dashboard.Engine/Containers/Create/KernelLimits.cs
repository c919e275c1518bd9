using Dashboard.Engine.Errors;
using Dashboard.Linux.Cgroups;

namespace Dashboard.Engine.Containers.Create;

/// <summary>Limits that this kernel may be without. What is asked for in vain is left out with a warning, in dockerd's words (moby daemon/daemon_unix.go).</summary>
internal sealed record KernelLimits
{
    private static readonly Lazy<KernelLimits> Host = new(() => Detect(CgroupLayout.Detect()));

    public bool Swap { get; init; } = true;
    public bool Weight { get; init; } = true;
    public bool WeightDevice { get; init; } = true;
    public bool Throttle { get; init; } = true;
    public bool Realtime { get; init; } = true;

    public static bool CanDisableOomKiller => Host.Value.OomKillDisable;

    public bool OomKillDisable { get; init; }

    public static HostConfig Discard(HostConfig host, List<string> warnings) => Host.Value.Apply(host, warnings);

    internal static KernelLimits Detect(CgroupLayout layout)
    {
        if (layout.IsV2)
        {
            // Not in the root: any cgroup below it shows what there is.
            return new KernelLimits
            {
                Swap = Below(layout.Unified!, "memory.swap.max"),
                Weight = Below(layout.Unified!, "io.weight"),
                WeightDevice = Below(layout.Unified!, "io.weight"),
                Throttle = Below(layout.Unified!, "io.max"),
                Realtime = false,
            };
        }
        var (memory, blkio, cpu) = (layout.V1MountOf("memory"), layout.V1MountOf("blkio"), layout.V1MountOf("cpu"));
        return new KernelLimits
        {
            Swap = File.Exists(memory + "/memory.memsw.limit_in_bytes"),
            Weight = blkio is not null && (Below(blkio, "blkio.bfq.weight") || Below(blkio, "blkio.weight")),
            WeightDevice = blkio is not null && (Below(blkio, "blkio.bfq.weight_device") || Below(blkio, "blkio.weight_device")),
            Throttle = File.Exists(blkio + "/blkio.throttle.read_bps_device"),
            Realtime = File.Exists(cpu + "/cpu.rt_runtime_us"),
            OomKillDisable = memory is not null && File.Exists(memory + "/memory.oom_control"),
        };
    }

    /// <exception cref="EngineException">Real time cannot be left out: a program that asks for it needs it.</exception>
    internal HostConfig Apply(HostConfig host, List<string> warnings)
    {
        if (!Realtime && (host.CpuRealtimePeriod != 0 || host.CpuRealtimeRuntime != 0))
            throw EngineException.Invalid("Your kernel does not support CPU real-time scheduler");
        if (!Swap && host.Memory > 0 && host.MemorySwap != -1)
        {
            warnings.Add("Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.");
            host = host with { MemorySwap = -1 };
        }
        if (host is { OomKillDisable: true, Memory: 0 })
            warnings.Add("OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.");
        if (!Weight && host.BlkioWeight > 0)
        {
            warnings.Add("Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.");
            host = host with { BlkioWeight = 0 };
        }
        if (!WeightDevice && host.BlkioWeightDevice is { Count: > 0 })
        {
            warnings.Add("Your kernel does not support Block I/O weight_device or the cgroup is not mounted. Weight-device discarded.");
            host = host with { BlkioWeightDevice = null };
        }
        return Throttle ? host : Unthrottled(host, warnings);
    }

    private static HostConfig Unthrottled(HostConfig host, List<string> warnings)
    {
        void Warn(bool asked, string kind, string what)
        {
            if (asked)
                warnings.Add($"Your kernel does not support {kind} Block I/O {what} limit or the cgroup is not mounted. Block I/O {kind} {what} limit discarded.");
        }

        Warn(host.BlkioDeviceReadBps is { Count: > 0 }, "BPS", "read");
        Warn(host.BlkioDeviceWriteBps is { Count: > 0 }, "BPS", "write");
        Warn(host.BlkioDeviceReadIOps is { Count: > 0 }, "IOPS", "read");
        Warn(host.BlkioDeviceWriteIOps is { Count: > 0 }, "IOPS", "write");
        return host with { BlkioDeviceReadBps = null, BlkioDeviceWriteBps = null, BlkioDeviceReadIOps = null, BlkioDeviceWriteIOps = null };
    }

    private static bool Below(string mount, string file) =>
        File.Exists($"{mount}/{file}") || Directory.EnumerateDirectories(mount).Any(directory => File.Exists($"{directory}/{file}"));
}
