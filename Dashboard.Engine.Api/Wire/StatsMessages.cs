namespace Dashboard.Engine.Api.Wire;

/// <summary>A reading of GET /containers/{id}/stats. Names are the wire's.</summary>
internal sealed record StatsMessage
{
    [OmitEmpty] public string? name { get; init; }
    [OmitEmpty] public string? id { get; init; }
    public required string read { get; init; }
    public required string preread { get; init; }
    public required PidsStats pids_stats { get; init; }
    public required BlockStats blkio_stats { get; init; }
    public int num_procs { get; init; }
    public EmptyObject storage_stats { get; init; } = new();
    public required CpuStats cpu_stats { get; init; }
    public required CpuStats precpu_stats { get; init; }
    public required MemoryStats memory_stats { get; init; }
    [OmitEmpty] public IReadOnlyDictionary<string, InterfaceCounters>? networks { get; init; }
}

internal sealed record EmptyObject;

internal sealed record PidsStats([property: OmitEmpty] ulong current, [property: OmitEmpty] ulong limit);

internal sealed record BlockStats
{
    public IReadOnlyList<BlockEntry>? io_service_bytes_recursive { get; init; }
    public IReadOnlyList<BlockEntry>? io_serviced_recursive { get; init; }
    public IReadOnlyList<BlockEntry>? io_queue_recursive { get; init; }
    public IReadOnlyList<BlockEntry>? io_service_time_recursive { get; init; }
    public IReadOnlyList<BlockEntry>? io_wait_time_recursive { get; init; }
    public IReadOnlyList<BlockEntry>? io_merged_recursive { get; init; }
    public IReadOnlyList<BlockEntry>? io_time_recursive { get; init; }
    public IReadOnlyList<BlockEntry>? sectors_recursive { get; init; }
}

internal sealed record BlockEntry(ulong major, ulong minor, string op, ulong value);

internal sealed record CpuStats
{
    public CpuUsage cpu_usage { get; init; } = new();
    [OmitEmpty] public ulong system_cpu_usage { get; init; }
    [OmitEmpty] public int online_cpus { get; init; }
    public ThrottlingData throttling_data { get; init; } = new();
}

internal sealed record CpuUsage
{
    public ulong total_usage { get; init; }
    [OmitEmpty] public IReadOnlyList<ulong>? percpu_usage { get; init; }
    public ulong usage_in_kernelmode { get; init; }
    public ulong usage_in_usermode { get; init; }
}

internal sealed record ThrottlingData
{
    public ulong periods { get; init; }
    public ulong throttled_periods { get; init; }
    public ulong throttled_time { get; init; }
}

internal sealed record MemoryStats
{
    [OmitEmpty] public ulong usage { get; init; }
    [OmitEmpty] public ulong max_usage { get; init; }
    [OmitEmpty] public IReadOnlyDictionary<string, ulong>? stats { get; init; }
    [OmitEmpty] public ulong failcnt { get; init; }
    [OmitEmpty] public ulong limit { get; init; }
}

internal sealed record InterfaceCounters
{
    public required ulong rx_bytes { get; init; }
    public required ulong rx_packets { get; init; }
    public required ulong rx_errors { get; init; }
    public required ulong rx_dropped { get; init; }
    public required ulong tx_bytes { get; init; }
    public required ulong tx_packets { get; init; }
    public required ulong tx_errors { get; init; }
    public required ulong tx_dropped { get; init; }
}
