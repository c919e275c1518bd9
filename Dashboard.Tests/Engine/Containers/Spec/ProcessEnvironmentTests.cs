using Dashboard.Engine.Containers.Spec;

namespace Dashboard.Tests.Engine.Containers.Spec;

public sealed class ProcessEnvironmentTests
{
    [Fact]
    public void Of_Nothing_IsDockersDefault() => Assert.Equal(
        ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=h", "HOME=/root"],
        ProcessEnvironment.Of("h", tty: false, "/root"));

    [Fact]
    public void Of_Overrides_ReplaceInPlaceAndTakeAway() => Assert.Equal(
        ["PATH=/mine", "TERM=vt100", "A=2", "HOME=/h"],
        ProcessEnvironment.Of("h", tty: true, "/root", ["PATH=/mine", "A=1", "HOSTNAME"], ["A=2", "TERM=vt100", "HOME=/h"]));
}
