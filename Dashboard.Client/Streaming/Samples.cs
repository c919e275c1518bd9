using Docker.DotNet.Models;

namespace Dashboard.Client.Streaming;

/// <summary>Turns two readings of Docker's counters into rates.</summary>
internal static class Samples
{
    public static ContainerSample Of(ContainerStatsResponse reading, Counters now, Counters? before)
    {
        double? seconds = before is { } earlier ? (now.Read - earlier.Read).TotalSeconds : null;
        double? Rate(ulong? current, ulong? previous) => seconds is > 0 && current >= previous ? (current - previous) / seconds : null;
        return new ContainerSample(
            new DateTimeOffset(DateTime.SpecifyKind(now.Read, DateTimeKind.Utc)),
            Rate(now.Cpu, before?.Cpu) / 1e9,
            Cpus(reading.CPUStats),
            Memory(reading.MemoryStats),
            (long)(reading.MemoryStats?.Limit ?? 0),
            Rate(now.NetworkIn, before?.NetworkIn),
            Rate(now.NetworkOut, before?.NetworkOut),
            Rate(now.DiskRead, before?.DiskRead),
            Rate(now.DiskWrite, before?.DiskWrite),
            (int)(reading.PidsStats?.Current ?? 0));
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
}
