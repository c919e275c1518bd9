using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Lifecycle;

namespace Dashboard.Tests.Engine.Containers.Lifecycle;

/// <summary>moby's restartmanager: 100 ms, doubled up to a minute, anew after a run of ten seconds.</summary>
public sealed class RestartRuleTests
{
    [Fact]
    public void NextPause_ShortRuns_DoublesUpToAMinute()
    {
        var pauses = new List<double>();
        for (var pause = TimeSpan.Zero; pauses.Count < 12; pauses.Add(pause.TotalMilliseconds))
            pause = RestartRule.NextPause(pause, TimeSpan.FromSeconds(1));

        Assert.Equal([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 51_200, 60_000, 60_000], pauses);
    }

    [Theory]
    [InlineData(9.9, 800)]
    [InlineData(10, 100)]
    public void NextPause_LongRun_BeginsAnew(double seconds, double expected) =>
        Assert.Equal(expected, RestartRule.NextPause(TimeSpan.FromMilliseconds(400), TimeSpan.FromSeconds(seconds)).TotalMilliseconds);

    [Theory]
    [InlineData("no", 0, 1, 0, false, false)]
    [InlineData("always", 0, 0, 9, false, true)]
    [InlineData("unless-stopped", 0, 0, 9, true, false)]
    [InlineData("on-failure", 0, 0, 0, false, false)]
    [InlineData("on-failure", 0, 1, 99, false, true)]
    [InlineData("on-failure", 3, 1, 2, false, true)]
    [InlineData("on-failure", 3, 1, 3, false, false)]
    public void ShouldRestart_Policy_Decides(string policy, int maximum, int code, int restarts, bool stopped, bool expected)
    {
        var container = new Container
        {
            Id = "a",
            Name = "a",
            ImageId = "a",
            Created = DateTimeOffset.UnixEpoch,
            Config = new ContainerConfig(),
            HostConfig = new HostConfig { RestartPolicy = new RestartPolicy { Name = policy, MaximumRetryCount = maximum } },
            Path = "sh",
            Args = [],
            State = new ContainerState(),
            RestartCount = restarts,
            ManuallyStopped = stopped,
        };

        Assert.Equal(expected, RestartRule.ShouldRestart(container, code));
    }
}
