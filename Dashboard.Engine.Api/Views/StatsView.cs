using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Stats;

namespace Dashboard.Engine.Api.Views;

/// <summary>Readings in the shape of Docker's stats.</summary>
internal static class StatsView
{
    private static readonly CpuStats s_none = new();

    /// <summary>A container that does not run has a name and an id, and zeros.</summary>
    public static StatsMessage Empty(string id, string name) => new()
    {
        id = id,
        name = "/" + name,
        read = GoTime.Zero,
        preread = GoTime.Zero,
        pids_stats = new PidsStats(0, 0),
        blkio_stats = new BlockStats(),
        cpu_stats = s_none,
        precpu_stats = s_none,
        memory_stats = new MemoryStats(),
    };

    public static StatsMessage Of(ContainerStats now, ContainerStats? before) => new()
    {
        id = now.ContainerId,
        name = "/" + now.Name,
        read = GoTime.Format(now.Read),
        preread = GoTime.Format(before?.Read),
        pids_stats = new PidsStats(now.Pids, now.PidsLimit ?? 0),
        blkio_stats = Blocks(now),
        cpu_stats = Cpu(now),
        precpu_stats = before is null ? s_none : Cpu(before),
        memory_stats = new MemoryStats
        {
            usage = now.MemoryUsage,
            max_usage = now.MemoryMaxUsage ?? 0,
            stats = now.MemoryDetail,
            failcnt = now.MemoryFailCount ?? 0,
            limit = now.MemoryLimit,
        },
        networks = now.Networks.ToDictionary(each => each.Name, Interface),
    };

    /// <summary>cgroups v1, which also count each processor, have all these lists, if only empty; v2 has the first alone.</summary>
    private static BlockStats Blocks(ContainerStats now)
    {
        IReadOnlyList<BlockEntry>? bytes = [.. now.BlockIo.Select(entry => new BlockEntry(entry.Major, entry.Minor, entry.Op, entry.Value))];
        if (now.PerCpu is null) return new BlockStats { io_service_bytes_recursive = bytes.Count == 0 ? null : bytes };
        return new BlockStats
        {
            io_service_bytes_recursive = bytes,
            io_serviced_recursive = [],
            io_queue_recursive = [],
            io_service_time_recursive = [],
            io_wait_time_recursive = [],
            io_merged_recursive = [],
            io_time_recursive = [],
            sectors_recursive = [],
        };
    }

    private static CpuStats Cpu(ContainerStats reading) => new()
    {
        cpu_usage = new CpuUsage
        {
            total_usage = reading.CpuTotal,
            percpu_usage = reading.PerCpu,
            usage_in_kernelmode = reading.CpuKernel,
            usage_in_usermode = reading.CpuUser,
        },
        system_cpu_usage = reading.SystemCpu,
        online_cpus = reading.OnlineCpus,
        throttling_data = new ThrottlingData { periods = reading.ThrottlePeriods, throttled_periods = reading.ThrottledPeriods, throttled_time = reading.ThrottledTime },
    };

    private static InterfaceCounters Interface(InterfaceStats counters) => new()
    {
        rx_bytes = counters.RxBytes,
        rx_packets = counters.RxPackets,
        rx_errors = counters.RxErrors,
        rx_dropped = counters.RxDropped,
        tx_bytes = counters.TxBytes,
        tx_packets = counters.TxPackets,
        tx_errors = counters.TxErrors,
        tx_dropped = counters.TxDropped,
    };
}
