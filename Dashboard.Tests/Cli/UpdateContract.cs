using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class UpdateContract(HostFixture fixture) : CliTest(fixture)
{
    private static readonly bool s_unified = File.Exists("/sys/fs/cgroup/cgroup.controllers");

    private const string Limits = "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.CpuShares}} {{.HostConfig.CpusetCpus}} {{.HostConfig.PidsLimit}}";

    [Fact]
    public async Task Running_Limits_AreInForceAtOnce()
    {
        await RunIdleAsync("--name", "box", "-m", "128m");

        await Docker.OkAsync("update", "-m", "64m", "--memory-swap", "96m", "--memory-reservation", "32m", "--cpu-shares", "512", "--cpuset-cpus", "0", "--pids-limit", "33", "box");

        Assert.Equal("67108864 100663296 512 0 33", await InspectAsync("box", Limits));
        Assert.Equal("67108864", await InsideAsync("memory/memory.limit_in_bytes", "memory.max"));
        Assert.Equal(s_unified ? "33554432" : "100663296", await InsideAsync("memory/memory.memsw.limit_in_bytes", "memory.swap.max"));
        Assert.Equal("33554432", await InsideAsync("memory/memory.soft_limit_in_bytes", "memory.low"));
        Assert.Equal(s_unified ? "20" : "512", await InsideAsync("cpu/cpu.shares", "cpu.weight"));
        Assert.Equal("0", await InsideAsync("cpuset/cpuset.cpus", "cpuset.cpus"));
        Assert.Equal("33", await InsideAsync("pids/pids.max", "pids.max"));
    }

    [Fact]
    public async Task Running_MemoryUpAndDown_NeverCollidesWithItsSum()
    {
        await RunIdleAsync("--name", "box", "-m", "64m", "--memory-swap", "64m");

        // The runc of 20.10 cannot go back to no limit of the sum.
        foreach (var (memory, sum) in ((string, string)[])[("256m", "512m"), ("32m", "32m"), ("128m", Host.IsDashboard ? "-1" : "128m")])
            await Docker.OkAsync("update", "-m", memory, "--memory-swap", sum, "box");

        Assert.Equal("134217728", await InsideAsync("memory/memory.limit_in_bytes", "memory.max"));
        Assert.Equal(Host.IsDashboard ? "134217728 -1" : "134217728 134217728", await InspectAsync("box", "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}"));
    }

    [Fact]
    public async Task Running_Cpus_AreQuotaAndPeriod()
    {
        await RunIdleAsync("--name", "box");

        await Docker.OkAsync("update", "--cpus", "0.5", "box");

        Assert.Equal(s_unified ? "50000 100000" : "50000", await InsideAsync("cpu/cpu.cfs_quota_us", "cpu.max"));
        AssertContains("CPU Quota cannot be updated as NanoCPUs has already been set", (await Docker.RunAsync("update", "--cpu-quota", "20000", "box")).MustExit(1));
        Assert.Equal("500000000 0", await InspectAsync("box", "{{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}}"));
    }

    [Fact]
    public async Task Paused_Limit_IsInForce()
    {
        await RunIdleAsync("--name", "box");
        await Docker.OkAsync("pause", "box");

        await Docker.OkAsync("update", "--pids-limit", "44", "box");
        await Docker.OkAsync("unpause", "box");

        Assert.Equal("44", await InsideAsync("pids/pids.max", "pids.max"));
    }

    [Fact]
    public async Task Stopped_Limit_IsInForceAtTheNextStart()
    {
        await RunIdleAsync("--name", "box");
        await Docker.OkAsync("stop", "box");

        await Docker.OkAsync("update", "-m", "64m", "--memory-swap", "64m", "box");
        await Docker.OkAsync("start", "box");

        Assert.Equal("67108864", await InsideAsync("memory/memory.limit_in_bytes", "memory.max"));
    }

    [Fact]
    public async Task PidsLimit_Negative_IsNone()
    {
        await RunIdleAsync("--name", "box", "--pids-limit", "20");

        await Docker.OkAsync("update", "--pids-limit", "-1", "box");

        Assert.Equal("max", await InsideAsync("pids/pids.max", "pids.max"));
    }

    [Fact]
    public async Task Memory_AboveItsSum_IsRefusedAndNothingChanges()
    {
        await RunIdleAsync("--name", "box", "-m", "64m", "--memory-swap", "96m");

        var result = (await Docker.RunAsync("update", "-m", "256m", "--cpu-shares", "100", "box")).MustExit(1);

        AssertContains("Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time", result);
        AssertContains("Cannot update container", result);
        Assert.Equal("67108864 100663296 0", await InspectAsync("box", "{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.CpuShares}}"));
        Assert.Equal("67108864", await InsideAsync("memory/memory.limit_in_bytes", "memory.max"));
    }

    [Theory]
    [InlineData("-m", "1m", "Minimum memory limit allowed is 6MB")]
    [InlineData("--cpus", "999", "ange of CPUs is from 0.01")]
    [InlineData("--cpuset-cpus", "0-999", "Requested CPUs are not available - requested 0-999")]
    [InlineData("--cpu-period", "1", "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)")]
    public async Task Wrong_Value_IsRefused(string option, string value, string words)
    {
        await RunIdleAsync("--name", "box");

        AssertContains(words, (await Docker.RunAsync("update", option, value, "box")).MustExit(1));
    }

    [Fact]
    public async Task RestartPolicy_Changed_IsFollowed()
    {
        await using var events = Docker.Start("events", "--filter", "container=box", "--since", "0", "--format", "{{.Action}}.");
        await Docker.OkAsync("run", "-d", "--name", "box", TestImages.Busybox, "sh", "-c", "trap 'exit 0' TERM; sleep 3600 & wait");
        await Docker.OkAsync("update", "--restart", "on-failure:3", "box");
        await events.ExpectAsync("update.\n");

        Assert.Equal("on-failure 3", await InspectAsync("box", "{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}"));
    }

    [Fact]
    public async Task RestartPolicy_OfOneThatIsRemoved_IsRefused()
    {
        await RunIdleAsync("--name", "box", "--rm");

        AssertContains("Restart policy cannot be updated because AutoRemove is enabled for the container", (await Docker.RunAsync("update", "--restart", "always", "box")).MustExit(1));
    }

    [Fact]
    public async Task Update_NoSuchContainer_IsToldSo() =>
        AssertContains("No such container: nobody", (await Docker.RunAsync("update", "--cpus", "1", "nobody")).MustExit(1));

    private Task<string> InsideAsync(string v1, string v2) => Docker.OkAsync("exec", "box", "cat", "/sys/fs/cgroup/" + (s_unified ? v2 : v1));
}
