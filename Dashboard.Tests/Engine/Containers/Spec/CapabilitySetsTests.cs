using Dashboard.Engine.Containers.Spec;

namespace Dashboard.Tests.Engine.Containers.Spec;

public sealed class CapabilitySetsTests
{
    [Fact]
    public void For_Default_IsDockersFourteen() => Assert.Equal(14, CapabilitySets.For(false, null, null).Count);

    [Fact]
    public void For_DropAllAddOne_IsThatOne() => Assert.Equal(["CAP_NET_BIND_SERVICE"], CapabilitySets.For(false, ["net_bind_service"], ["ALL"]));

    [Fact]
    public void For_AddAllDropOne_IsAllButThatOne()
    {
        var set = CapabilitySets.For(false, ["all"], ["CAP_CHOWN"]);

        Assert.DoesNotContain("CAP_CHOWN", set);
        Assert.Equal(CapabilitySets.For(true, null, null).Count - 1, set.Count);
    }

    [Fact]
    public void For_DropOne_IsTheDefaultWithoutIt() => Assert.DoesNotContain("CAP_KILL", CapabilitySets.For(false, null, ["KILL"]));
}
