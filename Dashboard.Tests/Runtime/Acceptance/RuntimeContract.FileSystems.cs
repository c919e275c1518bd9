using System.Globalization;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Acceptance;

public abstract partial class RuntimeContract
{
    // A kernel may be without it (CONFIG_PROC_KCORE).
    private static readonly string[] s_core = File.Exists("/proc/kcore") ? ["core"] : [];

    [Theory]
    [InlineData("/proc", "proc", "rw nosuid nodev noexec")]
    [InlineData("/sys", "sysfs", "ro nosuid nodev noexec")]
    [InlineData("/sys/fs/cgroup", "tmpfs cgroup2", "nosuid nodev noexec")]
    [InlineData("/dev", "tmpfs", "rw nosuid size=65536k mode=755")]
    [InlineData("/dev/pts", "devpts", "rw nosuid noexec gid=5 mode=620 ptmxmode=666")]
    [InlineData("/dev/shm", "tmpfs", "rw nosuid nodev noexec size=65536k")]
    [InlineData("/dev/mqueue", "mqueue", "rw nosuid nodev noexec")]
    public async Task Mount_Options_AreThoseOfTheSpec(string place, string types, string options)
    {
        var fields = (await TextAsync($"awk '$2 == \"{place}\"' /proc/mounts")).Split(' ');

        Assert.Contains(fields[2], types.Split(' '));
        Assert.Empty(options.Split(' ').Except(fields[3].Split(',')));
    }

    [Fact]
    public async Task CgroupDirectory_Writes_AreRefused() =>
        Assert.Equal(Has(Difference.CgroupDirectoryIsReadOnly), (await RunAsync(NewBundle().Shell("mkdir /sys/fs/cgroup/x"))).ExitCode != 0);

    [Fact]
    public async Task Dev_Entries_AreExactlyTheDefaultSet()
    {
        string[] expected = [.. s_core, "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty", "urandom", "zero"];

        Assert.Equal(expected, await LinesAsync("ls /dev"));
    }

    [Fact]
    public async Task Dev_Nodes_HaveTheirNumbersModesAndOwner() => Assert.Equal(
        ["full 1:7 666 0:0", "null 1:3 666 0:0", "random 1:8 666 0:0", "tty 5:0 666 0:0", "urandom 1:9 666 0:0", "zero 1:5 666 0:0"],
        await LinesAsync("cd /dev; stat -c '%n %t:%T %a %u:%g' full null random tty urandom zero"));

    [Fact]
    public async Task Dev_Nodes_Work() => Assert.Equal(
        ["00000000", "0", "4", "4", "full"],
        await LinesAsync("head -c 4 /dev/zero | od -An -tx1 | sed 's/ //g'; echo gone > /dev/null; wc -c < /dev/null; head -c 4 /dev/random | wc -c; head -c 4 /dev/urandom | wc -c; echo x 2>/dev/null > /dev/full || echo full".Replace("sed 's/ //g'", "awk '{print $1$2$3$4}'", StringComparison.Ordinal)));

    [Fact]
    public async Task Dev_Links_LeadToTheProcess()
    {
        string[] expected = ["/proc/self/fd", "/proc/self/fd/0", "/proc/self/fd/1", "/proc/self/fd/2", "pts/ptmx", .. s_core.Select(_ => "/proc/kcore")];

        Assert.Equal(expected, await LinesAsync("for n in fd stdin stdout stderr ptmx core; do readlink /dev/$n; done; true"));
    }

    [Fact]
    public async Task Dev_ExtraDevice_IsMadeWithModeAndOwner()
    {
        var bundle = NewBundle().Linux(linux => linux with { Devices = [new() { Path = "/dev/deep/fuse", Type = "c", Major = 10, Minor = 229, FileMode = 0b110_010_000, Uid = 12, Gid = 34 }] });

        Assert.Equal(["a:e5 620 12:34"], await LinesAsync(bundle, "stat -c '%t:%T %a %u:%g' /dev/deep/fuse"));
    }

    [Fact]
    public async Task MaskedFiles_Content_IsEmpty()
    {
        var bundle = NewBundle();
        var files = bundle.Spec.Linux.MaskedPaths.Where(File.Exists).ToList();
        Assert.Contains("/proc/keys", files);

        var lines = await LinesAsync(bundle, $"for f in {string.Join(' ', files)}; do stat -c %t:%T $f; wc -c < $f; done");

        Assert.Equal(files.SelectMany(_ => (string[])["1:3", "0"]), lines);
    }

    [Fact]
    public async Task MaskedDirectories_Content_IsEmptyAndReadOnly()
    {
        var bundle = NewBundle();
        Directory.CreateDirectory(bundle.In("secrets"));
        await File.WriteAllTextAsync(bundle.In("secrets/key"), "key", TestContext.Current.CancellationToken);
        bundle.Linux(linux => linux with { MaskedPaths = [.. linux.MaskedPaths, "/secrets", "/not/there"] });
        var directories = bundle.Spec.Linux.MaskedPaths.Where(Directory.Exists).Append("/secrets");

        var lines = await LinesAsync(bundle, $"for d in {string.Join(' ', directories)}; do ls -A $d | wc -l; touch $d/x 2>&1; done; true");

        Assert.All(lines, line => Assert.True(line is "0" || line.Contains("Read-only file system", StringComparison.Ordinal), line));
    }

    [Fact]
    public async Task ReadonlyPaths_Writes_AreRefused()
    {
        var lines = await LinesAsync("for f in /proc/sys/kernel/hostname /proc/sys/net/ipv4/ip_forward /proc/sysrq-trigger /proc/irq/default_smp_affinity /proc/bus/x /proc/fs/x; do { echo 1 > $f; } 2>&1; done; true");

        Assert.Equal(6, lines.Length);
        Assert.All(lines, line => Assert.True(line.Contains("Read-only file system", StringComparison.Ordinal) || line.Contains("nonexistent", StringComparison.Ordinal), line));
    }

    [Fact]
    public async Task ReadonlyPath_Program_StillRuns()
    {
        var bundle = NewBundle().Linux(linux => linux with { ReadonlyPaths = [.. linux.ReadonlyPaths, "/bin"] });

        Assert.Contains("Read-only file system", (await RunAsync(bundle.Shell("touch /bin/x"))).Stderr);
    }

    [Fact]
    public async Task Rootfs_Default_IsWritable() => Assert.Equal("kept", await TextAsync("echo kept > /new; cat /new"));

    [Fact]
    public async Task Rootfs_Readonly_RefusesWritesButNotInItsMounts()
    {
        var bundle = NewBundle().With(spec => spec with { Root = spec.Root with { Readonly = true } });

        var result = await RunAsync(bundle.Shell("touch /x; touch /dev/shm/y && echo shm; mount -o remount,rw / 2>/dev/null || echo kept"));

        Assert.Contains("Read-only file system", result.Stderr);
        Assert.Equal(["shm", "kept"], result.Lines);
    }

    [Fact]
    public async Task Sysctl_Asked_IsSetAndSealed()
    {
        var bundle = NewBundle().Linux(linux => linux with { Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_unprivileged_port_start"] = "77", ["kernel.shm_rmid_forced"] = "1" } });

        Assert.Equal(["77", "1"], await LinesAsync(bundle, "cat /proc/sys/net/ipv4/ip_unprivileged_port_start /proc/sys/kernel/shm_rmid_forced"));
    }

    [Fact]
    public async Task Bind_File_IsTheHosts() => Assert.Equal("# hosts", await TextAsync("cat /etc/hosts"));

    [Theory]
    [InlineData("ro", "Read-only file system")]
    [InlineData("rw", "")]
    public async Task Bind_Access_IsTheSpecs(string access, string error)
    {
        var bundle = NewBundle();
        var source = Directory.CreateDirectory(Path.Combine(bundle.Directory, "volume")).FullName;

        var result = await RunAsync(bundle.Mount("bind", source, "/not/yet/there", "rbind", "rprivate", access).Shell("touch /not/yet/there/file"));

        Assert.Contains(error, result.Stderr);
        Assert.Equal(error is "", File.Exists(Path.Combine(source, "file")));
    }

    [Theory]
    [InlineData("rprivate", false)]
    [InlineData("rshared", true)]
    public async Task Bind_Propagation_IsTheSpecs(string propagation, bool shared)
    {
        var bundle = NewBundle();
        bundle.Mount("bind", Directory.CreateDirectory(Path.Combine(bundle.Directory, "volume")).FullName, "/volume", "rbind", propagation);

        Assert.Equal(shared, (await LinesAsync(bundle, "grep ' /volume ' /proc/self/mountinfo")).Single().Contains("shared:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("rbind,rprivate,ro,nosuid,nodev,noexec", "ro nosuid nodev noexec")]
    [InlineData("bind,noexec", "rw noexec")]
    public async Task Bind_Flags_AreTheSpecs(string options, string expected)
    {
        var bundle = NewBundle();
        bundle.Mount("bind", Directory.CreateDirectory(Path.Combine(bundle.Directory, "volume")).FullName, "/volume", options.Split(','));

        Assert.Empty(expected.Split(' ').Except((await LinesAsync(bundle, "awk '$5 == \"/volume\" {print $6}' /proc/self/mountinfo")).Single().Split(',')));
    }

    [Theory]
    [InlineData("ro", false)]
    [InlineData("rro", true)]
    public async Task Bind_ReadOnlyOverMounts_HoldsBelowWhenAsked(string access, bool below)
    {
        var bundle = NewBundle();
        // /dev/shm of this host is a mount below /dev.
        bundle.Mount("bind", "/dev", "/host", "rbind", "rprivate", access);
        var name = $"dashboard-{Guid.NewGuid():N}";

        var result = await RunAsync(bundle.Shell($"touch /host/{name}; touch /host/shm/{name} && rm /host/shm/{name}; true"));

        Assert.Contains($"/host/{name}: Read-only file system", result.Stderr);
        Assert.Equal(below, result.Stderr.Contains($"/host/shm/{name}: Read-only file system", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("part", "inner")]
    [InlineData("part/deep", "deepest")]
    [InlineData("inside", "inner")]
    public async Task Bind_Subpath_IsThatPart(string subpath, string content)
    {
        if (!Has(Difference.SubpathOfABind))
            return;

        Assert.Equal(content, Assert.Single(await LinesAsync(Subpath(subpath), "cat /data/file")));
    }

    [Theory]
    [InlineData("outside")]
    [InlineData("relative")]
    [InlineData("nothing")]
    public async Task Bind_SubpathThatLeadsOut_IsRefused(string subpath)
    {
        if (!Has(Difference.SubpathOfABind))
            return;

        var result = await RunAsync(Subpath(subpath).Shell("ls /data"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains($"open of {subpath} in ", result.AllOutput);
    }

    private Bundle Subpath(string subpath)
    {
        var bundle = NewBundle();
        var source = Path.Combine(bundle.Directory, "volume");
        Directory.CreateDirectory(Path.Combine(source, "part", "deep"));
        File.WriteAllText(Path.Combine(source, "part", "file"), "inner");
        File.WriteAllText(Path.Combine(source, "part", "deep", "file"), "deepest");
        File.CreateSymbolicLink(Path.Combine(source, "inside"), "part");
        File.CreateSymbolicLink(Path.Combine(source, "outside"), "/etc");
        File.CreateSymbolicLink(Path.Combine(source, "relative"), "../../../etc");
        var mount = new Mount { Type = "bind", Source = source, Subpath = subpath, Destination = "/data", Options = ["rbind", "rprivate"] };
        return bundle.With(spec => spec with { Mounts = [.. spec.Mounts, mount] });
    }

    [Fact]
    public async Task Tmpfs_SizeAndMode_AreTheSpecs()
    {
        var bundle = NewBundle().Mount("tmpfs", "tmpfs", "/scratch", "noexec", "nosuid", "nodev", "size=1m", "mode=1770");

        var lines = await LinesAsync(bundle, "stat -c %a /scratch; dd if=/dev/zero of=/scratch/x bs=1k count=2000 2>/dev/null; stat -c %s /scratch/x");

        Assert.Equal("1770", lines[0]);
        Assert.Equal(1 << 20, int.Parse(lines[1], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Tmpfs_OverADirectory_KeepsItsMode()
    {
        var bundle = NewBundle().Mount("tmpfs", "tmpfs", "/run", "nosuid", "nodev");
        Directory.CreateDirectory(bundle.In("run"), (UnixFileMode)0b111_101_000);

        Assert.Equal(["750"], await LinesAsync(bundle, "stat -c %a /run"));
    }
}
