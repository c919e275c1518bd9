using Dashboard.Linux.Cgroups;

namespace Dashboard.Tests.Runtime.Cgroups;

public sealed class CgroupLayoutTests
{
    private const string Unified = "25 19 0:22 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot";

    private static readonly string[] s_hybrid =
    [
        "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
        "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:11 - cgroup cgroup rw,cpu,cpuacct",
        "34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset,clone_children",
        "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory",
        "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,release_agent=/lib/systemd/systemd-cgroups-agent,name=systemd",
        "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw",
    ];

    [Fact]
    public void Parse_UnifiedHost_IsV2()
    {
        var layout = CgroupLayout.Parse(["21 1 8:1 / / rw - ext4 /dev/sda1 rw", Unified]);

        Assert.True(layout.IsV2);
        Assert.Equal(("/sys/fs/cgroup", 0), (layout.Unified, layout.V1.Count));
    }

    [Fact]
    public void Parse_HybridHost_IsV1WithUnifiedBesides()
    {
        var layout = CgroupLayout.Parse(s_hybrid);

        Assert.False(layout.IsV2);
        Assert.Equal("/sys/fs/cgroup/unified", layout.Unified);
        Assert.Equal(["cpu,cpuacct", "cpuset", "memory"], layout.V1.Select(hierarchy => string.Join(',', hierarchy.Controllers)));
        Assert.Equal("/sys/fs/cgroup/cpu,cpuacct", layout.V1MountOf("cpuacct"));
        Assert.Null(layout.V1MountOf("pids"));
    }

    [Fact]
    public void Parse_PureV1Host_HasNoUnified()
    {
        var layout = CgroupLayout.Parse(s_hybrid[..4]);

        Assert.Equal((false, null, 3), (layout.IsV2, layout.Unified, layout.V1.Count));
    }

    [Fact]
    public void Parse_HierarchyMountedTwice_CountsOnce()
    {
        var layout = CgroupLayout.Parse([.. s_hybrid, "90 60 0:32 /docker /var/lib/x/memory rw - cgroup cgroup rw,memory"]);

        Assert.Equal("/sys/fs/cgroup/memory", layout.V1MountOf("memory"));
        Assert.Equal(3, layout.V1.Count);
    }

    [Fact]
    public void Parse_NoCgroupAtAll_IsEmpty() => Assert.Equal((false, null), (CgroupLayout.Parse(["", "nonsense", "21 1 8:1 / / rw - ext4 /dev/sda1 rw"]).IsV2, CgroupLayout.Parse([]).Unified));

    [Fact]
    public void Detect_ThisHost_AgreesWithTheControllersInProc()
    {
        var layout = CgroupLayout.Detect();
        // 4:memory:/some/where
        var v1 = File.ReadLines("/proc/self/cgroup").Select(line => line.Split(':')[1]).Where(names => names is not "" && !names.StartsWith("name=", StringComparison.Ordinal)).SelectMany(names => names.Split(','));

        Assert.Equal(v1.Order(StringComparer.Ordinal), layout.V1.SelectMany(hierarchy => hierarchy.Controllers).Order(StringComparer.Ordinal));
    }
}
