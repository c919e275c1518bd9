using Docker.DotNet.Models;

namespace Dashboard.Client.Streaming;

/// <summary>What a reading has counted so far: all that is kept of it until the next one, to tell rates from. CPU in nanoseconds, all else in bytes.</summary>
internal readonly record struct Counters(DateTime Read, ulong? Cpu, ulong NetworkIn, ulong NetworkOut, ulong DiskRead, ulong DiskWrite)
{
    public static Counters Of(ContainerStatsResponse reading) => new(
        reading.Read,
        reading.CPUStats?.CPUUsage?.TotalUsage,
        Network(reading, each => each.RxBytes),
        Network(reading, each => each.TxBytes),
        Disk(reading, "read"),
        Disk(reading, "write"));

    private static ulong Network(ContainerStatsResponse stats, Func<NetworkStats, ulong> counter) =>
        stats.Networks?.Values.Aggregate(0ul, (sum, each) => sum + counter(each)) ?? 0;

    private static ulong Disk(ContainerStatsResponse stats, string op) => stats.BlkioStats?.IoServiceBytesRecursive?
        .Where(entry => string.Equals(entry.Op, op, StringComparison.OrdinalIgnoreCase))
        .Aggregate(0ul, (sum, entry) => sum + entry.Value) ?? 0;
}
