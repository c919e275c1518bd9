using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Errors;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Tests.Engine.Containers.Create;

public sealed class ResourceUpdateTests
{
    [Fact]
    public void Merge_Defaults_ChangeNothing()
    {
        var host = new HostConfig { Memory = 1 << 30, MemorySwap = 2L << 30, CpuShares = 5, PidsLimit = 9, CpusetCpus = "0", RestartPolicy = new() { Name = "always" } };

        Assert.Equal(host, ResourceUpdate.Merge(host, new HostConfig()));
        Assert.Null(ResourceLimits.OfUpdate(host, new HostConfig()));
    }

    [Fact]
    public void Merge_MemoryWithinItsSum_IsTaken()
    {
        var changes = new HostConfig { Memory = 100 << 20 };
        var host = ResourceUpdate.Merge(new HostConfig { Memory = 64 << 20, MemorySwap = 128 << 20 }, changes);

        Assert.Equal(new MemoryLimits { Limit = 100 << 20, Swap = 128 << 20 }, ResourceLimits.OfUpdate(host, changes)!.Memory);
    }

    [Fact]
    public void Merge_UnlimitedSwap_TakesAnyMemory() =>
        Assert.Equal(1 << 30, ResourceUpdate.Merge(new HostConfig { Memory = 64 << 20, MemorySwap = -1 }, new HostConfig { Memory = 1 << 30 }).Memory);

    [Fact]
    public void OfUpdate_Quota_ComesWithItsPeriod()
    {
        var changes = new HostConfig { CpuQuota = 20_000 };

        Assert.Equal(new CpuLimits { Quota = 20_000, Period = 50_000 }, ResourceLimits.OfUpdate(new HostConfig { CpuPeriod = 50_000, CpuQuota = 20_000 }, changes)!.Cpu);
    }

    [Theory]
    [InlineData(1_000_000_000L, 0L, 0L, 0L, 20_000L, 0L, "Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set")]
    [InlineData(1_000_000_000L, 0L, 0L, 0L, 0L, 20_000L, "Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set")]
    [InlineData(0L, 5000L, 0L, 1L, 0L, 0L, "Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set")]
    [InlineData(0L, 0L, 5000L, 1L, 0L, 0L, "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set")]
    public void Merge_TwoCpuLimits_Conflict(long nano, long period, long quota, long nanoBefore, long periodBefore, long quotaBefore, string words)
    {
        var error = Assert.Throws<EngineException>(() => ResourceUpdate.Merge(
            new HostConfig { NanoCpus = nanoBefore, CpuPeriod = periodBefore, CpuQuota = quotaBefore },
            new HostConfig { NanoCpus = nano, CpuPeriod = period, CpuQuota = quota }));

        Assert.Equal((ErrorKind.Conflict, words), (error.Kind, error.Message));
    }

    [Fact]
    public void Discard_PoorKernel_WarnsInDockersWords()
    {
        var warnings = new List<string>();
        var poor = new KernelLimits { Swap = false, Weight = false, WeightDevice = false, Throttle = false, Realtime = false };
        var host = poor.Apply(new HostConfig { Memory = 1 << 30, BlkioWeight = 100, BlkioDeviceReadBps = [new() { Path = "/dev/sda", Rate = 1 }] }, warnings);

        Assert.Equal(
            [
                "Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.",
                "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.",
                "Your kernel does not support BPS Block I/O read limit or the cgroup is not mounted. Block I/O BPS read limit discarded.",
            ],
            warnings);
        Assert.Equal((-1L, 0, null), (host.MemorySwap, (int)host.BlkioWeight, host.BlkioDeviceReadBps));
        Assert.Throws<EngineException>(() => poor.Apply(new HostConfig { CpuRealtimeRuntime = 5 }, warnings));
    }
}
