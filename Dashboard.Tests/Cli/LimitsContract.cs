using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class LimitsContract(HostFixture fixture) : CliTest(fixture)
{
    private static readonly bool s_unified = File.Exists("/sys/fs/cgroup/cgroup.controllers");

    [Fact]
    public async Task Memory_Limit_IsSeenInside()
    {
        var file = s_unified ? "/sys/fs/cgroup/memory.max" : "/sys/fs/cgroup/memory/memory.limit_in_bytes";

        Assert.Equal("268435456", await Docker.OkAsync("run", "--rm", "-m", "256m", TestImages.Busybox, "cat", file));
    }

    [Fact]
    public async Task Cpus_Limit_IsSeenInside()
    {
        var script = s_unified ? "cat /sys/fs/cgroup/cpu.max" : "echo $(cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us)";

        Assert.Equal("50000 100000", await Docker.OkAsync("run", "--rm", "--cpus", "0.5", TestImages.Busybox, "sh", "-c", script));
    }

    [Fact]
    public async Task Memory_Exceeded_IsKilledAndReported()
    {
        var result = await Docker.RunAsync("run", "--name", "hog", "-m", "32m", "--memory-swap", "32m", TestImages.Busybox, "tail", "/dev/zero");

        result.MustExit(137);
        Assert.Equal("true 137", await InspectAsync("hog", "{{.State.OOMKilled}} {{.State.ExitCode}}"));
    }

    [Fact]
    public async Task Memory_ExceededByAChild_LeavesTheContainerRunning()
    {
        await RunIdleAsync("--name", "parent", "-m", "32m", "--memory-swap", "32m");

        (await Docker.RunAsync("exec", "parent", "tail", "/dev/zero")).MustExit(137);

        Assert.Equal("running", await InspectAsync("parent", "{{.State.Status}}"));
    }

    [Fact]
    public async Task Pids_Limit_StopsAForkBomb()
    {
        var result = await Docker.RunAsync("run", "--rm", "--pids-limit", "20", TestImages.Busybox, "sh", "-c", "i=0; while [ $i -lt 60 ]; do sleep 30 & i=$((i+1)); done; echo never");

        AssertContains("can't fork", result);
        Assert.DoesNotContain("never", result.Stdout);
    }

    [Fact]
    public async Task Ulimit_Option_IsSet() =>
        Assert.Equal("1234", await Docker.OkAsync("run", "--rm", "--ulimit", "nofile=1234:2345", TestImages.Busybox, "sh", "-c", "ulimit -n"));

    [Fact]
    public async Task Sysctl_Option_IsSet() =>
        Assert.Equal("1", await Docker.OkAsync("run", "--rm", "--sysctl", "net.ipv4.ip_forward=1", TestImages.Busybox, "cat", "/proc/sys/net/ipv4/ip_forward"));

    [Fact]
    public async Task Shm_Size_IsTaken() =>
        Assert.Contains("size=131072k", await Docker.OkAsync("run", "--rm", "--shm-size", "128m", TestImages.Busybox, "grep", " /dev/shm ", "/proc/mounts"));
}
