namespace Dashboard.Engine.Stats;

/// <summary>One reading of a container's cgroup and interfaces. Times in nanoseconds, sizes in bytes; what the kernel does not offer is null.</summary>
public sealed record ContainerStats
{
    public required string ContainerId { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset Read { get; init; }
    public ulong CpuTotal { get; init; }
    public ulong CpuUser { get; init; }
    public ulong CpuKernel { get; init; }
    public IReadOnlyList<ulong>? PerCpu { get; init; }
    /// <summary>All CPU time of the host with idle counted in (/proc/stat).</summary>
    public ulong SystemCpu { get; init; }
    public int OnlineCpus { get; init; }
    public ulong ThrottlePeriods { get; init; }
    public ulong ThrottledPeriods { get; init; }
    public ulong ThrottledTime { get; init; }
    public ulong MemoryUsage { get; init; }
    public ulong? MemoryMaxUsage { get; init; }
    public ulong? MemoryFailCount { get; init; }
    /// <summary>The limit, or the memory of the host.</summary>
    public ulong MemoryLimit { get; init; }
    /// <summary>memory.stat as it is; Docker's clients subtract total_inactive_file (v1) or inactive_file (v2).</summary>
    public IReadOnlyDictionary<string, ulong> MemoryDetail { get; init; } = new Dictionary<string, ulong>();
    public bool CgroupV2 { get; init; }
    public ulong Pids { get; init; }
    public ulong? PidsLimit { get; init; }
    public IReadOnlyList<InterfaceStats> Networks { get; init; } = [];
    public IReadOnlyList<BlockIoStat> BlockIo { get; init; } = [];
}

public sealed record InterfaceStats(string Name, ulong RxBytes, ulong RxPackets, ulong RxErrors, ulong RxDropped, ulong TxBytes, ulong TxPackets, ulong TxErrors, ulong TxDropped);

/// <summary>Op is read or write; Bytes.</summary>
public sealed record BlockIoStat(ulong Major, ulong Minor, string Op, ulong Value);

public interface IStatsService
{
    /// <summary>One reading now; zeros for a container that does not run (as dockerd).</summary>
    ContainerStats Read(string containerReference);

    /// <summary>All running containers, read once per tick for all subscribers together (1 s); ends with cancellation.</summary>
    IAsyncEnumerable<IReadOnlyList<ContainerStats>> StreamAllAsync(CancellationToken cancellationToken);
}
