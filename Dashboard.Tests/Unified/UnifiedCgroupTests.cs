using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Unified;

/// <summary>The runtime on a host with cgroup v2 alone and a kernel without <c>lowerdir+</c>.</summary>
[Collection(AloneCollection.Name)]
public sealed class UnifiedCgroupTests(UnifiedRuntimeRun run) : IClassFixture<UnifiedRuntimeRun>
{
    // 117 of the runtime, 78 of the cgroups, the rest by the CLI: fewer were lost on the way.
    private const int AtLeast = 200;

    [Fact]
    public void Host_Stock_HasCgroup2AloneWithItsControllers()
    {
        Assert.SkipUnless(UnifiedRun.IsPossible, UnifiedRun.WhyNot);
        Assert.DoesNotContain(" cgroup ", run.About, StringComparison.Ordinal);
        Assert.Contains("cgroup2 /sys/fs/cgroup cgroup2", run.About, StringComparison.Ordinal);
        Assert.Contains("cpuset cpu io memory hugetlb pids", run.About, StringComparison.Ordinal);
    }

    [Fact]
    public void Runtime_OnUnifiedCgroups_Passes() => run.AssertPassed(AtLeast);
}

/// <summary>The engine there.</summary>
[Collection(AloneCollection.Name)]
[Trait("Category", "Long")]
public sealed class UnifiedCommandTests(UnifiedCommandsRun run) : IClassFixture<UnifiedCommandsRun>
{
    private const int AtLeast = 45;

    [Fact]
    public void Commands_OnUnifiedCgroups_Pass() => run.AssertPassed(AtLeast);
}
