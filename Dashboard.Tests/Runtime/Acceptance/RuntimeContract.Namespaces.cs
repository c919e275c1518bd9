using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Acceptance;

public abstract partial class RuntimeContract
{
    [Fact]
    public async Task Namespaces_Default_AreAllTheContainersOwn()
    {
        string[] names = ["mnt", "pid", "uts", "ipc", "net", "cgroup"];

        var inside = await LinesAsync($"for n in {string.Join(' ', names)}; do readlink /proc/self/ns/$n; done");

        Assert.Equal(names.Length, inside.Length);
        Assert.All(names.Zip(inside), pair => Assert.NotEqual(HostNamespace(pair.First), pair.Second));
    }

    [Fact]
    public async Task Namespace_NotAsked_IsTheHosts()
    {
        var bundle = NewBundle().Linux(linux => linux with { Namespaces = [.. linux.Namespaces.Where(item => item.Type != "ipc")] });

        Assert.Equal(HostNamespace("ipc"), (await LinesAsync(bundle, "readlink /proc/self/ns/ipc")).Single());
    }

    [Fact]
    public async Task Namespace_WithAPath_IsJoined()
    {
        var first = NewBundle();
        await using var running = await StartIdleAsync(first);
        var pid = await runtime.PidAsync(first);
        var second = NewBundle().Linux(linux => linux with { Sysctl = null, Namespaces = [.. linux.Namespaces.Select(item => item.Type == "network" ? item with { Path = $"/proc/{pid}/ns/net" } : item)] });

        Assert.Equal(await ExecLinesAsync(first, "readlink /proc/self/ns/net"), await LinesAsync(second, "readlink /proc/self/ns/net"));
    }

    [Fact]
    public async Task Init_Process_IsPid1AndSessionLeader() => Assert.Equal(["1", "1"], await LinesAsync("echo $$; cut -d' ' -f6 /proc/self/stat"));

    [Fact]
    public async Task Init_Parent_IsNotVisible() => Assert.Equal("0", await TextAsync("awk '/PPid/ {print $2}' /proc/1/status"));

    [Fact]
    public async Task Processes_Visible_AreTheContainersOnly() => Assert.Equal("1", (await LinesAsync("ls /proc | grep -E '^[0-9]+$' | head -n 1")).Single());

    [Fact]
    public async Task Hostname_Set_IsSeenInsideAndNotOutside()
    {
        var before = Environment.MachineName;
        var bundle = NewBundle().With(spec => spec with { Hostname = "inner-host" });

        Assert.Equal(["inner-host"], await LinesAsync(bundle, "hostname"));
        Assert.Equal(before, (await File.ReadAllTextAsync("/proc/sys/kernel/hostname", TestContext.Current.CancellationToken)).Trim());
    }

    [Fact]
    public async Task Cgroup_Namespace_ShowsItsOwnRoot() => Assert.All(await LinesAsync("cut -d: -f3 /proc/self/cgroup"), path => Assert.Equal("/", path));

    [Fact]
    public async Task Root_Parent_IsTheRoot()
    {
        var bundle = NewBundle();

        var lines = await LinesAsync(bundle, "cat /../../../marker; echo; cd ../../../..; pwd; cat marker; echo; ls -di / /.. /../.. /proc/1/root/.. | awk '{print $1}' | sort -u | wc -l");

        Assert.Equal([bundle.Id, "/", bundle.Id, "1"], lines);
    }

    [Fact]
    public async Task Mounts_List_HasNothingOfTheHost()
    {
        var bundle = NewBundle();
        var expected = bundle.Spec.Mounts.Select(mount => mount.Destination)
            .Concat(bundle.Spec.Linux.MaskedPaths)
            .Concat(bundle.Spec.Linux.ReadonlyPaths)
            .Append("/");

        var mountPoints = await LinesAsync(bundle, "awk '{print $5}' /proc/self/mountinfo");

        Assert.DoesNotContain(mountPoints.Where(path => !path.StartsWith("/sys/fs/cgroup/", StringComparison.Ordinal)), path => !expected.Contains(path));
        Assert.Contains("/proc/sys", mountPoints);
    }

    [Fact]
    public async Task Host_Mounts_AreTheSameAfterwards()
    {
        var before = await MountsAsync();

        await LinesAsync("true");

        Assert.Empty((await MountsAsync()).Where(mount => mount.Contains("/rootfs", StringComparison.Ordinal)).Except(before));
    }

    [Fact]
    public async Task Cgroups_Afterwards_AreGone()
    {
        var bundle = NewBundle();

        await LinesAsync(bundle, "true");
        await runtime.DeleteAsync(bundle);

        Assert.Empty(HostState.Cgroups(bundle.CgroupPath));
    }

    [Fact]
    public async Task SessionKeyring_Inside_IsNotTheCallers()
    {
        var outside = (await Command.RunAsync(probe, "keyring")).MustSucceed().Text;
        var bundle = NewBundle().Unconfined().Args("probe", "keyring");

        Assert.NotEqual(outside, (await RunAsync(bundle)).MustSucceed().Text);
    }

    private static async Task<string[]> MountsAsync() => await File.ReadAllLinesAsync("/proc/self/mountinfo", TestContext.Current.CancellationToken);
}
