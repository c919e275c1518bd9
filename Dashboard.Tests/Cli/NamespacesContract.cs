using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Namespaces and cgroups that are not a container's own, and devices that are limited.</summary>
public abstract class NamespacesContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Pid_OfAContainer_SeesItsProcesses()
    {
        await RunIdleAsync("--name", "donor");

        Assert.Contains("sleep 3600", await Docker.OkAsync("run", "--rm", "--pid", "container:donor", TestImages.Busybox, "ps"));
        await RunIdleAsync("--name", "guest", "--pid", "container:donor");
        Assert.Equal(await Docker.OkAsync("exec", "donor", "readlink", "/proc/self/ns/pid"), await Docker.OkAsync("exec", "guest", "readlink", "/proc/self/ns/pid"));
        await Docker.OkAsync("stop", "-t", "3", "guest");
        Assert.Equal("running", await InspectAsync("donor", "{{.State.Status}}"));
    }

    [Fact]
    public async Task Ipc_OfAShareableContainer_IsJoined()
    {
        await RunIdleAsync("--name", "donor", "--ipc", "shareable", "--shm-size", "4m");
        await Docker.OkAsync("exec", "donor", "sh", "-c", "echo shared > /dev/shm/word");

        Assert.Equal("shared", await Docker.OkAsync("run", "--rm", "--ipc", "container:donor", TestImages.Busybox, "cat", "/dev/shm/word"));
        await RunIdleAsync("--name", "guest", "--ipc", "container:donor");
        Assert.Equal(await Docker.OkAsync("exec", "donor", "readlink", "/proc/self/ns/ipc"), await Docker.OkAsync("exec", "guest", "readlink", "/proc/self/ns/ipc"));
        Assert.Contains("size=4096k", await Docker.OkAsync("exec", "guest", "grep", " /dev/shm ", "/proc/mounts"));
        await Docker.OkAsync("restart", "donor");
        (await Docker.RunAsync("exec", "donor", "test", "-e", "/dev/shm/word")).MustExit(1);
    }

    [Fact]
    public async Task Ipc_OfAPrivateContainer_IsRefused()
    {
        await RunIdleAsync("--name", "donor", "--ipc", "private");

        var result = (await Docker.RunAsync("run", "--rm", "--ipc", "container:donor", TestImages.Busybox, "true")).MustExit(125);

        AssertContains("non-shareable IPC (hint: use IpcMode:shareable for the donor container)", result);
    }

    [Theory]
    [InlineData("--pid")]
    [InlineData("--ipc")]
    public async Task Donor_ThatDoesNotRun_IsRefused(string option)
    {
        var donor = await Docker.OkAsync("create", "--name", "donor", "--ipc", "shareable", TestImages.Busybox, "true");

        var result = (await Docker.RunAsync("run", "--name", "guest", option, "container:donor", TestImages.Busybox, "true")).MustExit(125);

        AssertContains($"ontainer {donor} is not running", result);
    }

    [Theory]
    [InlineData("--pid")]
    [InlineData("--ipc")]
    public async Task Donor_Unknown_IsRefused(string option) =>
        AssertContains("No such container: nobody", (await Docker.RunAsync("run", "--name", "guest", option, "container:nobody", TestImages.Busybox, "true")).MustExit(125));

    [Fact]
    public async Task CgroupParent_Option_IsAboveTheContainer()
    {
        var parent = $"/{Host.CgroupMark}-own";
        try
        {
            var id = await RunIdleAsync("--name", "box", "--cgroup-parent", parent, "--pids-limit", "30");
            var pid = await InspectAsync("box", "{{.State.Pid}}");

            Assert.Contains($":{parent}/{id}", await File.ReadAllTextAsync($"/proc/{pid}/cgroup", TestContext.Current.CancellationToken));
            Assert.Equal(parent, await InspectAsync("box", "{{.HostConfig.CgroupParent}}"));
            // The client itself waits no longer than two seconds.
            var processes = await Eventually.GetAsync(
                async () => await Docker.RunAsync("stats", "--no-stream", "--format", "{{.PIDs}}", "box") is { ExitCode: 0 } stats ? stats.Text : null,
                TimeSpan.FromSeconds(20),
                () => "no stats come");
            Assert.NotEqual("0", processes);
            await Docker.OkAsync("rm", "-f", "box");
            Assert.DoesNotContain(HostState.Cgroups(Host.CgroupMark + "-own"), path => path.Contains(id, StringComparison.Ordinal));
        }
        finally
        {
            // Docker leaves the parent to its owner, and so do we.
            await RemoveAllContainersAsync();
            HostState.RemoveCgroups(Host.CgroupMark + "-own");
        }
    }

    [Fact]
    public async Task Userns_Host_IsTaken() => Assert.Equal("fine", await Docker.OkAsync("run", "--rm", "--userns", "host", TestImages.Busybox, "echo", "fine"));

    [Fact]
    public async Task StorageOpt_WithoutQuotas_IsRefused() =>
        AssertContains("--storage-opt is supported only for overlay over xfs with 'pquota' mount option", (await Docker.RunAsync("create", "--storage-opt", "size=1G", TestImages.Busybox, "true")).MustExit(1));

    [Fact]
    public async Task Gpus_WithoutADriver_AreRefused() =>
        AssertContains("could not select device driver \"\" with capabilities: [[gpu]]", (await Docker.RunAsync("run", "--name", "gpu", "--gpus", "all", TestImages.Busybox, "true")).MustExit(125));

    [Fact]
    public async Task DeviceLimit_OfBytesPerSecond_IsInForce()
    {
        var device = FirstDisk();
        Assert.SkipWhen(device is null, "there is no block device");
        var unified = File.Exists("/sys/fs/cgroup/cgroup.controllers");

        var written = await Docker.OkAsync(
            "run", "--rm", "--device-read-bps", device + ":1mb", "--device-write-iops", device + ":77", TestImages.Busybox,
            "sh", "-c", unified ? "cat /sys/fs/cgroup/io.max" : "cat /sys/fs/cgroup/blkio/blkio.throttle.read_bps_device /sys/fs/cgroup/blkio/blkio.throttle.write_iops_device");

        Assert.Contains("1048576", written);
        Assert.Contains("77", written);
    }

    [Fact]
    public async Task Annotations_AreKept()
    {
        Assert.SkipUnless(Host.IsDashboard, "annotations are of API 1.43");
        await Docker.OkAsync("create", "--name", "box", "--annotation", "com.example.team=red", TestImages.Busybox, "true");

        Assert.Equal("map[com.example.team:red]", await InspectAsync("box", "{{.HostConfig.Annotations}}"));
        await Docker.OkAsync("start", "-a", "box");
    }

    [Fact]
    public async Task RealTime_ThatTheKernelDoesNotGive_IsRefusedByName()
    {
        var result = await Docker.RunAsync("run", "--name", "box", "--cpu-rt-runtime", "5000", TestImages.Busybox, "true");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Matches("cpu.rt_runtime_us|oes not support CPU real-time", result.AllOutput);
    }

    [Fact]
    public async Task DeviceLimit_OfNoDevice_IsRefused() =>
        AssertContains("no such file or directory", (await Docker.RunAsync("run", "--name", "box", "--device-read-bps", "/dev/not-there:1mb", TestImages.Busybox, "true")).MustExit(127));

    private static string? FirstDisk() =>
        Directory.Exists("/sys/block") ? Directory.EnumerateDirectories("/sys/block").Select(path => "/dev/" + Path.GetFileName(path)).FirstOrDefault(File.Exists) : null;
}
