using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>The resource part of a <see cref="HostConfig"/> in OCI's terms.</summary>
internal static class ResourceLimits
{
    private const ulong DefaultPeriod = 100_000;
    private const ulong DefaultShares = 1024;
    private const ushort DefaultWeight = 500;
    private const long Unlimited = -1;

    private static readonly HashSet<string> UlimitNames =
        ["core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack"];

    public static bool IsKnown(string ulimit) => UlimitNames.Contains(ulimit);

    public static IReadOnlyList<Rlimit> Rlimits(HostConfig host) =>
    [
        .. (host.Ulimits ?? []).Select(limit => new Rlimit
        {
            Type = "RLIMIT_" + limit.Name.ToUpperInvariant(),
            // -1 is RLIM_INFINITY in both.
            Soft = unchecked((ulong)limit.Soft),
            Hard = unchecked((ulong)limit.Hard),
        }),
    ];

    public static Resources Of(HostConfig host, IReadOnlyList<DeviceRule> devices) => new()
    {
        Devices = devices,
        Memory = Memory(host),
        Cpu = Cpu(host),
        Pids = host.PidsLimit is { } pids and not 0 ? new PidsLimit { Limit = pids } : null,
        BlockIO = BlockDevices.Limits(host),
    };

    /// <summary>What is written to a cgroup in use: no more than <paramref name="changes"/> touch, but of that all, since limits depend on each other. Null: nothing.</summary>
    public static Resources? OfUpdate(HostConfig host, HostConfig changes)
    {
        var sum = changes.Memory != 0 || changes.MemorySwap != 0;
        var limits = new Resources
        {
            Memory = sum || changes.MemoryReservation != 0
                ? new MemoryLimits
                {
                    Limit = sum ? host.Memory > 0 ? host.Memory : Unlimited : null,
                    Swap = sum ? host.MemorySwap != 0 ? host.MemorySwap : Unlimited : null,
                    Reservation = changes.MemoryReservation == 0 ? null : host.MemoryReservation > 0 ? host.MemoryReservation : Unlimited,
                }
                : null,
            Cpu = CpuUpdate(host, changes),
            Pids = changes.PidsLimit is null ? null : new PidsLimit { Limit = host.PidsLimit ?? 0 },
            BlockIO = changes.BlkioWeight == 0 ? null : new BlockIoLimits { Weight = host.BlkioWeight > 0 ? host.BlkioWeight : DefaultWeight },
        };
        return limits == new Resources { Devices = limits.Devices } ? null : limits;
    }

    private static CpuLimits? CpuUpdate(HostConfig host, HostConfig changes)
    {
        var all = Cpu(host) ?? new CpuLimits();
        var time = changes.NanoCpus != 0 || changes.CpuPeriod != 0 || changes.CpuQuota != 0;
        var realtime = changes.CpuRealtimePeriod != 0 || changes.CpuRealtimeRuntime != 0;
        var cpu = new CpuLimits
        {
            Shares = changes.CpuShares != 0 ? all.Shares ?? DefaultShares : null,
            Period = time ? all.Period ?? DefaultPeriod : null,
            Quota = time ? all.Quota ?? Unlimited : null,
            RealtimePeriod = realtime ? all.RealtimePeriod : null,
            RealtimeRuntime = realtime ? all.RealtimeRuntime ?? 0 : null,
            // A set that was never narrowed stays as wide as it is now: nobody knows what its parent had.
            Cpus = changes.CpusetCpus is "" ? null : all.Cpus,
            Mems = changes.CpusetMems is "" ? null : all.Mems,
        };
        return cpu == new CpuLimits() ? null : cpu;
    }

    private static MemoryLimits? Memory(HostConfig host)
    {
        var memory = new MemoryLimits
        {
            Limit = Positive(host.Memory),
            Reservation = Positive(host.MemoryReservation),
            Swap = host.MemorySwap != 0 ? host.MemorySwap : null,
            Swappiness = host.MemorySwappiness is { } swappiness and >= 0 ? (ulong)swappiness : null,
            DisableOOMKiller = host.OomKillDisable is true ? true : null,
        };
        return memory == new MemoryLimits() ? null : memory;
    }

    private static CpuLimits? Cpu(HostConfig host)
    {
        var cpu = new CpuLimits
        {
            Shares = host.CpuShares > 0 ? (ulong)host.CpuShares : null,
            RealtimePeriod = host.CpuRealtimePeriod > 0 ? (ulong)host.CpuRealtimePeriod : null,
            RealtimeRuntime = host.CpuRealtimeRuntime > 0 ? host.CpuRealtimeRuntime : null,
            Cpus = host.CpusetCpus is "" ? null : host.CpusetCpus,
            Mems = host.CpusetMems is "" ? null : host.CpusetMems,
            Period = host.NanoCpus > 0 ? DefaultPeriod : host.CpuPeriod > 0 ? (ulong)host.CpuPeriod : null,
            Quota = host.NanoCpus > 0 ? host.NanoCpus * (long)DefaultPeriod / 1_000_000_000 : host.CpuQuota != 0 ? host.CpuQuota : null,
        };
        return cpu == new CpuLimits() ? null : cpu;
    }

    private static long? Positive(long value) => value > 0 ? value : null;
}
