using Docker.DotNet.Models;

namespace Dashboard.Client.Streaming;

/// <summary>Turns two readings of Docker's counters into rates.</summary>
internal static class Samples
{
    public static ContainerSample Of(ContainerStatsResponse now, ContainerStatsResponse? before)
    {
        var time = new DateTimeOffset(DateTime.SpecifyKind(now.Read, DateTimeKind.Utc));
        double? seconds = before is null ? null : (now.Read - before.Read).TotalSeconds;
        double? Rate(ulong? current, ulong? earlier) => seconds is > 0 && current >= earlier ? (current - earlier) / seconds : null;
        return new ContainerSample(
            time,
            Rate(now.CPUStats?.CPUUsage?.TotalUsage, before?.CPUStats?.CPUUsage?.TotalUsage) / 1e9,
            Cpus(now.CPUStats),
            Memory(now.MemoryStats),
            (long)(now.MemoryStats?.Limit ?? 0),
            Rate(Network(now, each => each.RxBytes), before is null ? null : Network(before, each => each.RxBytes)),
            Rate(Network(now, each => each.TxBytes), before is null ? null : Network(before, each => each.TxBytes)),
            Rate(Disk(now, "read"), before is null ? null : Disk(before, "read")),
            Rate(Disk(now, "write"), before is null ? null : Disk(before, "write")),
            (int)(now.PidsStats?.Current ?? 0));
    }

    // Engines before API 1.27 do not count them.
    private static int Cpus(CPUStats? stats) => stats?.OnlineCPUs is > 0 ? (int)stats.OnlineCPUs : stats?.CPUUsage?.PercpuUsage?.Count ?? 0;

    // docker/cli, stats: v1 subtracts total_inactive_file, v2 inactive_file.
    private static long Memory(MemoryStats? stats)
    {
        if (stats?.Usage is not { } usage)
            return 0;
        ulong inactive = 0;
        if (stats.Stats is { } detail && !detail.TryGetValue("total_inactive_file", out inactive))
            detail.TryGetValue("inactive_file", out inactive);
        return (long)(inactive < usage ? usage - inactive : usage);
    }

    private static ulong Network(ContainerStatsResponse stats, Func<NetworkStats, ulong> counter) =>
        stats.Networks?.Values.Aggregate(0ul, (sum, each) => sum + counter(each)) ?? 0;

    private static ulong Disk(ContainerStatsResponse stats, string op) => stats.BlkioStats?.IoServiceBytesRecursive?
        .Where(entry => string.Equals(entry.Op, op, StringComparison.OrdinalIgnoreCase))
        .Aggregate(0ul, (sum, entry) => sum + entry.Value) ?? 0;
}
