using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>The resource part of a <see cref="HostConfig"/> in OCI's terms.</summary>
internal static class ResourceLimits
{
    private const ulong DefaultPeriod = 100_000;

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
        BlockIO = host.BlkioWeight > 0 ? new BlockIoLimits { Weight = host.BlkioWeight } : null,
    };

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
            Cpus = host.CpusetCpus is "" ? null : host.CpusetCpus,
            Mems = host.CpusetMems is "" ? null : host.CpusetMems,
            Period = host.NanoCpus > 0 ? DefaultPeriod : host.CpuPeriod > 0 ? (ulong)host.CpuPeriod : null,
            Quota = host.NanoCpus > 0 ? host.NanoCpus * (long)DefaultPeriod / 1_000_000_000 : host.CpuQuota != 0 ? host.CpuQuota : null,
        };
        return cpu == new CpuLimits() ? null : cpu;
    }

    private static long? Positive(long value) => value > 0 ? value : null;
}
