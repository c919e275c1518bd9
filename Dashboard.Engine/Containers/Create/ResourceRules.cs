using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Create;

/// <summary>The limits that the kernel or Docker sets to limits, in dockerd's words (moby daemon/daemon_unix.go).</summary>
internal static class ResourceRules
{
    private const long MinimumMemory = 6 * 1024 * 1024;

    public static void Check(HostConfig host, int cpus, bool update = false)
    {
        CheckMemory(host, update);
        CheckCpu(host, cpus);
        if (host.ShmSize < 0)
            throw EngineException.Invalid("SHM size can not be less than 0");
        if (host.OomScoreAdj is < -1000 or > 1000)
            throw EngineException.Invalid($"Invalid value {host.OomScoreAdj}, range for oom score adj is [-1000, 1000]");
        if (host.BlkioWeight is not 0 and (< 10 or > 1000))
            throw EngineException.Invalid("Range of blkio weight is from 10 to 1000");
        if (host.CpuRealtimePeriod != 0 && host.CpuRealtimeRuntime > host.CpuRealtimePeriod)
            throw EngineException.Invalid("cpu real-time runtime cannot be higher than cpu real-time period");
        foreach (var limit in host.Ulimits ?? [])
            CheckUlimit(limit);
    }

    private static void CheckMemory(HostConfig host, bool update)
    {
        if (host.Memory is < 0 or (> 0 and < MinimumMemory))
            throw EngineException.Invalid("Minimum memory limit allowed is 6MB");
        if (host.Memory > 0 && host.MemorySwap > 0 && host.MemorySwap < host.Memory)
            throw EngineException.Invalid("Minimum memoryswap limit should be larger than memory limit, see usage");
        if (host.Memory == 0 && host.MemorySwap > 0 && !update)
            throw EngineException.Invalid("You should always set the Memory limit when using Memoryswap limit, see usage");
        if (host.MemorySwappiness is { } swappiness and (< -1 or > 100))
            throw EngineException.Invalid($"Invalid value: {swappiness}, valid memory swappiness range is 0-100");
        if (host.MemoryReservation is < 0 or (> 0 and < MinimumMemory))
            throw EngineException.Invalid("Minimum memory reservation allowed is 6MB");
        if (host.Memory > 0 && host.MemoryReservation > host.Memory)
            throw EngineException.Invalid("Minimum memory limit can not be less than memory reservation limit, see usage");
    }

    private static void CheckCpu(HostConfig host, int cpus)
    {
        if (host.NanoCpus > 0 && host.CpuPeriod > 0)
            throw EngineException.Invalid("Conflicting options: Nano CPUs and CPU Period cannot both be set");
        if (host.NanoCpus > 0 && host.CpuQuota > 0)
            throw EngineException.Invalid("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
        if (host.NanoCpus < 0 || host.NanoCpus > cpus * 1_000_000_000L)
            throw EngineException.Invalid($"range of CPUs is from 0.01 to {cpus}.00, as there are only {cpus} CPUs available");
        if (host.CpuShares < 0)
            throw EngineException.Invalid($"invalid CPU shares ({host.CpuShares}): value must be a positive integer");
        if (host.CpuPeriod is not 0 and (< 1000 or > 1_000_000))
            throw EngineException.Invalid("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
        if (host.CpuQuota is > 0 and < 1000)
            throw EngineException.Invalid("CPU cfs quota can not be less than 1ms (i.e. 1000)");
        CheckSet(host.CpusetCpus, "cpus");
        CheckSet(host.CpusetMems, "mems");
        if (CpuSet.Parse(host.CpusetCpus) is { Count: > 0 } wanted && wanted.Max() >= cpus)
            throw EngineException.Invalid($"Requested CPUs are not available - requested {host.CpusetCpus}, available: {(cpus == 1 ? "0" : $"0-{cpus - 1}")}");
        if (CpuSet.Parse(host.CpusetMems) is { Count: > 0 } nodes && CpuSet.Parse(MemoryNodes()) is { Count: > 0 } available && !nodes.IsSubsetOf(available))
            throw EngineException.Invalid($"Requested memory nodes are not available - requested {host.CpusetMems}, available: {MemoryNodes()}");
    }

    private static void CheckSet(string text, string what)
    {
        if (text is not "" && CpuSet.Parse(text) is null)
            throw EngineException.Invalid($"Invalid value {text} for cpuset {what}: {(text.All(char.IsAsciiDigit) ? $"value of out range, maximum is {CpuSet.Highest + 1}" : $"invalid format: {text}")}");
    }

    /// <summary>Like 0 or 0-1; empty on a kernel that knows of no nodes.</summary>
    private static string MemoryNodes()
    {
        const string online = "/sys/devices/system/node/online";
        return File.Exists(online) ? File.ReadAllText(online).Trim() : "";
    }

    private static void CheckUlimit(Ulimit limit)
    {
        if (!Spec.ResourceLimits.IsKnown(limit.Name))
            throw EngineException.Invalid($"invalid ulimit type: {limit.Name}");
        if (limit.Hard != -1 && (limit.Soft == -1 || limit.Soft > limit.Hard))
            throw EngineException.Invalid($"ulimit soft limit must be less than or equal to hard limit: {limit.Soft} > {limit.Hard}");
    }
}
