using Dashboard.Linux.Cgroups;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Cgroups;

/// <summary>On the kernel's own cgroup2, with a cgroup in the place of the root that a container sees.</summary>
public sealed class CgroupLeafTests : IDisposable
{
    private readonly string? _root = MakeRoot();

    public void Dispose()
    {
        if (_root is null) return;
        foreach (var cgroup in Directory.EnumerateDirectories(_root, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length).Append(_root)) Directory.Delete(cgroup);
    }

    [Fact]
    public async Task Enter_ContainersRoot_MovesAllProcessesIntoTheLeaf()
    {
        Assert.SkipWhen(_root is null, "no cgroup2 is mounted");
        await using var forking = new Command(["sh", "-c", "echo $$ > \"$1/cgroup.procs\"; sleep 1000 & echo in; read line; kill $!; wait; exit 0", "sh", _root!]).Start();
        await forking.ExpectAsync("in", TimeSpan.FromSeconds(20));
        Assert.Equal(2, File.ReadAllLines(_root + "/cgroup.procs").Length);

        Assert.True(CgroupLeaf.Enter(_root!));
        Assert.True(CgroupLeaf.Enter(_root!));

        Assert.Empty(File.ReadAllLines(_root + "/cgroup.procs"));
        Assert.Equal(2, File.ReadAllLines($"{_root}/{CgroupLeaf.Name}/cgroup.procs").Length);
        await forking.SendAsync("\n");
        Assert.Equal(0, (await forking.WaitAsync()).ExitCode);
    }

    [Fact]
    public void Enter_RealRoot_LeavesItAlone()
    {
        var root = CgroupLayout.Detect().Unified;
        Assert.SkipWhen(root is null || File.Exists(root + "/cgroup.type"), "no real root of cgroup2 is seen from here");

        Assert.True(CgroupLeaf.Enter(root!));

        Assert.False(Directory.Exists($"{root}/{CgroupLeaf.Name}"));
    }

    private static string? MakeRoot() => CgroupLayout.Detect().Unified is { } unified
        ? Directory.CreateDirectory($"{unified}/dashboard-leaf-{Guid.NewGuid().ToString("N")[..8]}").FullName
        : null;
}
