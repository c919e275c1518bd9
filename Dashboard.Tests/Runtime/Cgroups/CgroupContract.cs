using Dashboard.Linux.Cgroups;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Runtime.Cgroups;
using Dashboard.Runtime.Launch;

namespace Dashboard.Tests.Runtime.Cgroups;

/// <summary>What both kinds of cgroup must do, on a fake tree: the right values in the right files.</summary>
public abstract class CgroupContract : IDisposable
{
    protected const string GroupPath = "/parent/box";

    private protected FakeCgroups Tree { get; } = new();

    private protected abstract CgroupLayout Layout { get; }

    /// <summary>Reads the file that holds a limit, by the name of its controller and its file there.</summary>
    private protected abstract string Limit(string controller, string v1File, string v2File);

    private protected abstract void ReportOomKills(int count);

    private protected Cgroup New() => Cgroup.For(Layout, GroupPath);

    public void Dispose()
    {
        Tree.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Apply_Memory_IsWritten()
    {
        New().Apply(new Resources { Memory = new() { Limit = 64 << 20 } });

        Assert.Equal("67108864", Limit("memory", "memory.limit_in_bytes", "memory.max"));
    }

    [Fact]
    public void Update_RefusedLimit_LeavesTheOthersAsTheyWere()
    {
        var cgroup = New();
        cgroup.Apply(new Resources { Memory = new() { Limit = 64 << 20, Swap = 96 << 20 }, Cpu = new() { Cpus = "0" } });

        var error = Assert.Throws<LaunchException>(() => cgroup.Update(
            new Resources { Memory = new() { Limit = 16 << 20, Swap = 32 << 20 }, Cpu = new() { Cpus = "1" }, BlockIO = new() { ThrottleReadBpsDevice = [new() { Major = 8, Minor = 0, Rate = 5 }] } }));

        Assert.Contains("8:0", error.Message);
        Assert.Equal("67108864", Limit("memory", "memory.limit_in_bytes", "memory.max").Split('\n')[0]);
        Assert.Equal("0", Limit("cpuset", "cpuset.cpus", "cpuset.cpus").Split('\n')[0]);
    }

    [Fact]
    public void Apply_Pids_IsWritten()
    {
        New().Apply(new Resources { Pids = new() { Limit = 50 } });

        Assert.Equal("50", Limit("pids", "pids.max", "pids.max"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Apply_PidsWithoutLimit_IsMax(long limit)
    {
        New().Apply(new Resources { Pids = new() { Limit = limit } });

        Assert.Equal("max", Limit("pids", "pids.max", "pids.max"));
    }

    [Fact]
    public void Apply_Cpuset_IsWritten()
    {
        New().Apply(new Resources { Cpu = new() { Cpus = "0-1", Mems = "0" } });

        Assert.Equal(("0-1", "0"), (Limit("cpuset", "cpuset.cpus", "cpuset.cpus"), Limit("cpuset", "cpuset.mems", "cpuset.mems")));
    }

    [Fact]
    public void Apply_Nothing_WritesNothing()
    {
        New().Apply(new Resources());

        Assert.Equal("", Limit("memory", "memory.limit_in_bytes", "memory.max"));
    }

    [Fact]
    public void OomKills_Reported_AreCounted()
    {
        Assert.Equal(0, New().OomKills());
        ReportOomKills(3);

        Assert.Equal(3, New().OomKills());
    }

    [Fact]
    public void Pids_OfItAndBelow_AreAllListed()
    {
        var home = New().CloneTarget!;
        File.WriteAllText(home + "/cgroup.procs", "11\n12\n");
        Directory.CreateDirectory(home + "/below");
        File.WriteAllText(home + "/below/cgroup.procs", "13\n");

        Assert.Equal([11, 12, 13], New().Pids().Order());
    }

    [Fact]
    public void Kill_WithCgroupKill_IsOneWrite()
    {
        var home = New().CloneTarget!;
        File.WriteAllText(home + "/cgroup.kill", "");

        New().Kill();

        Assert.Equal("1", File.ReadAllText(home + "/cgroup.kill"));
    }

    [Fact]
    public void Create_AndRemove_LeaveNothing()
    {
        var cgroup = Cgroup.For(Layout, "/parent/new");
        cgroup.Create(null);
        Assert.True(Directory.Exists(cgroup.CloneTarget));

        cgroup.Remove();
        cgroup.Remove();

        Assert.DoesNotContain(Directory.EnumerateDirectories(Tree.Root, "new", SearchOption.AllDirectories), _ => true);
    }

    [Fact]
    public void Create_LimitThatIsRefused_LeavesNothingAndNamesTheFile()
    {
        var error = Assert.Throws<LaunchException>(() => Cgroup.For(Layout, "/parent/refused").Create(new Resources { Pids = new() { Limit = 5 } }));

        Assert.Contains("pids.max", error.Message);
        Assert.DoesNotContain(Directory.EnumerateDirectories(Tree.Root, "refused", SearchOption.AllDirectories), _ => true);
    }
}

public sealed class CgroupV1Tests : CgroupContract
{
    private readonly CgroupLayout layout;

    public CgroupV1Tests()
    {
        string[][] hierarchies = [["cpu", "cpuacct"], ["cpuset"], ["memory"], ["devices"], ["freezer"], ["blkio"], ["pids"]];
        Tree.Add("cpuset", "cpuset.cpus=0-3", "cpuset.mems=0");
        Tree.Add("cpuset/parent", "cpuset.cpus", "cpuset.mems");
        Add("cpu,cpuacct", "cpu.shares", "cpu.cfs_period_us", "cpu.cfs_quota_us");
        Add("cpuset", "cpuset.cpus", "cpuset.mems");
        Add("memory", "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", "memory.soft_limit_in_bytes", "memory.swappiness", "memory.oom_control=oom_kill_disable 0\nunder_oom 0\noom_kill 0\n");
        Add("devices", "devices.allow", "devices.deny");
        Add("freezer", "freezer.state");
        Add("blkio", "blkio.weight");
        Add("pids", "pids.max");
        Add("unified");
        layout = new CgroupLayout
        {
            V1 = [.. hierarchies.Select(controllers => new CgroupHierarchy(Path.Combine(Tree.Root, string.Join(',', controllers)), controllers))],
            Unified = Path.Combine(Tree.Root, "unified"),
        };
    }

    private protected override CgroupLayout Layout => layout;

    private protected override string Limit(string controller, string v1File, string v2File) => Read(controller, v1File);

    private protected override void ReportOomKills(int count) => Add("memory", $"memory.oom_control=oom_kill_disable 0\nunder_oom 0\noom_kill {count}\n");

    [Fact]
    public void Apply_Swap_IsMemoryAndSwapTogether()
    {
        New().Apply(new Resources { Memory = new() { Limit = 1 << 20, Swap = 3 << 20, Reservation = 4096, Swappiness = 7 } });

        Assert.Equal(("3145728", "4096", "7"), (Read("memory", "memory.memsw.limit_in_bytes"), Read("memory", "memory.soft_limit_in_bytes"), Read("memory", "memory.swappiness")));
    }

    [Fact]
    public void Apply_Cpu_IsSharesPeriodAndQuota()
    {
        New().Apply(new Resources { Cpu = new() { Shares = 512, Period = 50_000, Quota = 25_000 } });

        Assert.Equal(("512", "50000", "25000"), (Read("cpu,cpuacct", "cpu.shares"), Read("cpu,cpuacct", "cpu.cfs_period_us"), Read("cpu,cpuacct", "cpu.cfs_quota_us")));
    }

    [Fact]
    public void Apply_DeviceLimits_AreOneLineEach()
    {
        Add("blkio", "blkio.throttle.read_bps_device", "blkio.throttle.write_iops_device", "blkio.weight_device");

        New().Apply(new Resources
        {
            BlockIO = new()
            {
                WeightDevice = [new() { Major = 8, Minor = 16, Weight = 300 }],
                ThrottleReadBpsDevice = [new() { Major = 8, Rate = 1 << 20 }],
                ThrottleWriteIOPSDevice = [new() { Major = 254, Minor = 1, Rate = 77 }],
            },
        });

        Assert.Equal(
            ("8:16 300", "8:0 1048576", "254:1 77"),
            (Read("blkio", "blkio.weight_device"), Read("blkio", "blkio.throttle.read_bps_device"), Read("blkio", "blkio.throttle.write_iops_device")));
    }

    [Theory]
    [InlineData("c", 1L, 3L, "rw", true, "devices.allow", "c 1:3 rw")]
    [InlineData("b", 8L, null, "r", false, "devices.deny", "b 8:* r")]
    [InlineData("c", null, null, null, true, "devices.allow", "c *:* rwm")]
    [InlineData(null, null, null, "rwm", false, "devices.deny", "a *:* rwm")]
    public void Apply_DeviceRule_IsOneLine(string? type, long? major, long? minor, string? access, bool allow, string file, string line)
    {
        New().Apply(new Resources { Devices = [new() { Allow = allow, Type = type, Major = major, Minor = minor, Access = access }] });

        Assert.Equal(line, Read("devices", file));
    }

    [Fact]
    public void Freeze_State_IsTheFreezers()
    {
        New().Freeze(true);

        Assert.Equal("FROZEN", Read("freezer", "freezer.state"));
    }

    [Fact]
    public void Apply_ControllerThatIsMissing_IsNamed()
    {
        var poor = layout with { V1 = [.. layout.V1.Where(hierarchy => !hierarchy.Controllers.Contains("pids"))] };

        Assert.Contains("no cgroup controller pids", Assert.Throws<LaunchException>(() => Cgroup.For(poor, GroupPath).Apply(new Resources { Pids = new() { Limit = 5 } })).Message);
    }

    private void Add(string hierarchy, params string[] files) => Tree.Add(hierarchy + GroupPath, files);

    private string Read(string hierarchy, string file) => Tree.Read($"{hierarchy}{GroupPath}/{file}");
}

public sealed class CgroupV2Tests : CgroupContract
{
    private readonly string[] files = ["memory.max", "memory.swap.max", "memory.low", "memory.events=low 0\nhigh 0\nmax 7\noom 2\noom_kill 0\n", "cpu.max", "cpu.weight", "cpuset.cpus", "cpuset.mems", "pids.max", "io.weight", "cgroup.freeze", "memory.high"];

    public CgroupV2Tests()
    {
        Tree.Add("", "cgroup.controllers=cpuset cpu io memory hugetlb pids\n", "cgroup.subtree_control");
        Tree.Add("parent", "cgroup.controllers=cpu memory pids\n", "cgroup.subtree_control");
        Tree.Add(GroupPath[1..], files);
    }

    private protected override CgroupLayout Layout => new() { V1 = [], Unified = Tree.Root };

    private protected override string Limit(string controller, string v1File, string v2File) => Read(v2File);

    private protected override void ReportOomKills(int count) => Tree.Add(GroupPath[1..], $"memory.events=low 0\nhigh 0\nmax 7\noom 2\noom_kill {count}\noom_group_kill 0\n");

    [Theory]
    [InlineData(1L << 20, 3L << 20, "2097152")]
    [InlineData(1L << 20, 1L << 20, "0")]
    [InlineData(1L << 20, -1L, "max")]
    public void Apply_Swap_IsSwapAlone(long memory, long swap, string expected)
    {
        New().Apply(new Resources { Memory = new() { Limit = memory, Swap = swap } });

        Assert.Equal(expected, Read("memory.swap.max"));
    }

    [Theory]
    [InlineData(25_000L, 50_000UL, "25000 50000")]
    [InlineData(25_000L, null, "25000 100000")]
    [InlineData(-1L, 50_000UL, "max 50000")]
    public void Apply_Quota_IsOneLineWithItsPeriod(long quota, ulong? period, string expected)
    {
        New().Apply(new Resources { Cpu = new() { Quota = quota, Period = period } });

        Assert.Equal(expected, Read("cpu.max"));
    }

    [Theory]
    [InlineData(2UL, "1")]
    [InlineData(1024UL, "39")]
    [InlineData(262_144UL, "10000")]
    public void Apply_Shares_AreWeight(ulong shares, string expected)
    {
        New().Apply(new Resources { Cpu = new() { Shares = shares } });

        Assert.Equal(expected, Read("cpu.weight"));
    }

    [Fact]
    public void Apply_Unified_IsWrittenAsItIs()
    {
        New().Apply(new Resources { Unified = new Dictionary<string, string> { ["memory.high"] = "12345" } });

        Assert.Equal("12345", Read("memory.high"));
    }

    [Theory]
    [InlineData(true, "8:0 rbps=1048576")]
    [InlineData(false, "8:0 wiops=1048576")]
    public void Apply_DeviceLimit_IsALineOfIoMax(bool read, string expected)
    {
        Tree.Add(GroupPath[1..], "io.max");
        ThrottleDeviceLimit[] limits = [new() { Major = 8, Rate = 1 << 20 }];

        New().Apply(new Resources { BlockIO = read ? new() { ThrottleReadBpsDevice = limits } : new() { ThrottleWriteIOPSDevice = limits } });

        Assert.Equal(expected, Read("io.max"));
    }

    [Fact]
    public void Apply_BlockIoWeight_IsScaled()
    {
        New().Apply(new Resources { BlockIO = new() { Weight = 1000 } });

        Assert.Equal("default 10000", Read("io.weight"));
    }

    [Fact]
    public void Freeze_State_IsTheCgroups()
    {
        New().Freeze(true);

        Assert.Equal("1", Read("cgroup.freeze"));
    }

    [Fact]
    public void Create_Controllers_AreHandedDownWhereTheyAre()
    {
        New().Create(null);

        // A fake file keeps the last of the writes; the kernel adds them up.
        Assert.Equal("+pids", Tree.Read("cgroup.subtree_control")[..5]);
        Assert.Equal("+pids", Tree.Read("parent/cgroup.subtree_control")[..5]);
        Assert.False(File.Exists(Tree.Root + GroupPath + "/cgroup.subtree_control"));
    }

    private string Read(string file) => Tree.Read($"{GroupPath[1..]}/{file}");
}
