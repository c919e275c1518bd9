using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Create;

/// <summary>The limits of a container with some of them changed, by dockerd's rules (moby container/container_unix.go, UpdateContainer).</summary>
internal static class ResourceUpdate
{
    public static HostConfig Merge(HostConfig host, HostConfig changes)
    {
        CheckCpu(host, changes);
        // Memory alone would leave a sum of memory and swap below it.
        if (changes.Memory > host.MemorySwap && host.MemorySwap >= 0 && changes is { Memory: not 0, MemorySwap: 0 })
            throw EngineException.Conflict("Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time");
        if (host.AutoRemove && changes.RestartPolicy.Name is not ("" or "no"))
            throw EngineException.Conflict("Restart policy cannot be updated because AutoRemove is enabled for the container");
        return host with
        {
            BlkioWeight = changes.BlkioWeight != 0 ? changes.BlkioWeight : host.BlkioWeight,
            CpuShares = Changed(changes.CpuShares, host.CpuShares),
            NanoCpus = Changed(changes.NanoCpus, host.NanoCpus),
            CpuPeriod = Changed(changes.CpuPeriod, host.CpuPeriod),
            CpuQuota = Changed(changes.CpuQuota, host.CpuQuota),
            CpuRealtimePeriod = Changed(changes.CpuRealtimePeriod, host.CpuRealtimePeriod),
            CpuRealtimeRuntime = Changed(changes.CpuRealtimeRuntime, host.CpuRealtimeRuntime),
            CpusetCpus = changes.CpusetCpus is "" ? host.CpusetCpus : changes.CpusetCpus,
            CpusetMems = changes.CpusetMems is "" ? host.CpusetMems : changes.CpusetMems,
            Memory = Changed(changes.Memory, host.Memory),
            MemorySwap = Changed(changes.MemorySwap, host.MemorySwap),
            MemoryReservation = Changed(changes.MemoryReservation, host.MemoryReservation),
            PidsLimit = changes.PidsLimit ?? host.PidsLimit,
            RestartPolicy = changes.RestartPolicy.Name is "" ? host.RestartPolicy : changes.RestartPolicy,
        };
    }

    private static void CheckCpu(HostConfig host, HostConfig changes)
    {
        Refuse(changes.NanoCpus > 0 && host.CpuPeriod > 0, "Nano CPUs cannot be updated as CPU Period has already been set");
        Refuse(changes.NanoCpus > 0 && host.CpuQuota > 0, "Nano CPUs cannot be updated as CPU Quota has already been set");
        Refuse(changes.CpuPeriod > 0 && host.NanoCpus > 0, "CPU Period cannot be updated as NanoCPUs has already been set");
        Refuse(changes.CpuQuota > 0 && host.NanoCpus > 0, "CPU Quota cannot be updated as NanoCPUs has already been set");
    }

    private static void Refuse(bool conflict, string what)
    {
        if (conflict)
            throw EngineException.Conflict("Conflicting options: " + what);
    }

    private static long Changed(long change, long present) => change != 0 ? change : present;
}
