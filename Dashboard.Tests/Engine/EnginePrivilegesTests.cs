using Dashboard.Engine;

namespace Dashboard.Tests.Engine;

public sealed class EnginePrivilegesTests
{
    [Theory]
    // CapEff of a container by docker run, of one with --privileged, and of this machine's root without CAP_SYS_RESOURCE.
    [InlineData(0x00000000a80425fb, "CAP_NET_ADMIN,CAP_SYS_ADMIN")]
    [InlineData(0x000001ffffffffff, "")]
    [InlineData(0x000001fffeffffff, "")]
    [InlineData(0x00000000a80435fb, "CAP_SYS_ADMIN")]
    public void MissingOf_Capabilities_AreNamed(ulong effective, string expected) =>
        Assert.Equal(expected, string.Join(',', EnginePrivileges.MissingOf(effective)));
}
