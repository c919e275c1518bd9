using System.Text;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Errors;

namespace Dashboard.Tests.Engine.Containers.Health;

public sealed class HealthProbeTests
{
    private const long Second = 1_000_000_000;
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("", null)]
    [InlineData("NONE", null)]
    [InlineData("CMD", null)]
    [InlineData("CMD|test|-f|/x", "test|-f|/x")]
    [InlineData("CMD-SHELL|exit 1", "/bin/sh|-c|exit 1")]
    [InlineData("test|-f", null)]
    public void Command_Test_IsWhatIsRun(string test, string? expected)
    {
        var config = new ContainerConfig { Healthcheck = new HealthConfig { Test = test.Split('|', StringSplitOptions.RemoveEmptyEntries) } };

        Assert.Equal(expected?.Split('|'), HealthProbe.Command(config));
    }

    [Fact]
    public void Command_Shell_IsTheImages()
    {
        var config = new ContainerConfig { Shell = ["/bin/bash", "-ec"], Healthcheck = new HealthConfig { Test = ["CMD-SHELL", "true"] } };

        Assert.Equal(["/bin/bash", "-ec", "true"], HealthProbe.Command(config));
    }

    [Fact]
    public void Merge_OpenFields_AreTheImages()
    {
        var merged = HealthProbe.Merge(new HealthConfig { Interval = Second, Retries = 7 }, new HealthConfig { Test = ["CMD", "true"], Interval = 9 * Second, Timeout = 2 * Second });

        Assert.Equal(["CMD", "true"], merged!.Test);
        Assert.Equal((Second, 2 * Second, 7), (merged.Interval, merged.Timeout, merged.Retries));
    }

    [Theory]
    [InlineData(1000, 0, 0, 0, 0, "Interval in Healthcheck cannot be less than 1ms")]
    [InlineData(-1, 0, 0, 0, 0, "Interval in Healthcheck cannot be less than 1ms")]
    [InlineData(0, 1, 0, 0, 0, "Timeout in Healthcheck cannot be less than 1ms")]
    [InlineData(0, 0, 1, 0, 0, "StartPeriod in Healthcheck cannot be less than 1ms")]
    [InlineData(0, 0, 0, 1, 0, "StartInterval in Healthcheck cannot be less than 1ms")]
    [InlineData(0, 0, 0, 0, -1, "Retries in Healthcheck cannot be negative")]
    public void Check_WrongNumbers_AreRefused(long interval, long timeout, long period, long startInterval, int retries, string words)
    {
        var check = new HealthConfig { Interval = interval, Timeout = timeout, StartPeriod = period, StartInterval = startInterval, Retries = retries };

        Assert.Equal(words, Assert.Throws<EngineException>(() => HealthProbe.Check(check)).Message);
    }

    [Theory]
    [InlineData(0, 0, 0, ContainerHealth.Starting, 30)]
    [InlineData(3, 0, 0, ContainerHealth.Starting, 3)]
    [InlineData(3, 10, 1, ContainerHealth.Starting, 1)]
    [InlineData(3, 10, 0, ContainerHealth.Starting, 5)]
    [InlineData(3, 10, 1, ContainerHealth.Healthy, 3)]
    [InlineData(3, 2, 1, ContainerHealth.Starting, 3)]
    public void Pause_StartPeriod_HasItsOwn(int interval, int period, int startInterval, string status, int expected)
    {
        var check = new HealthConfig { Interval = interval * Second, StartPeriod = period * Second, StartInterval = startInterval * Second };
        var state = new ContainerState { StartedAt = Start, Health = new ContainerHealth { Status = status } };

        Assert.Equal(TimeSpan.FromSeconds(expected), HealthProbe.Pause(check, state, Start.AddSeconds(4)));
    }

    [Fact]
    public void Next_Failures_AreUnhealthyAfterTheRetries()
    {
        var check = new HealthConfig { Retries = 2 };

        var once = HealthVerdict.Next(new ContainerHealth { Status = ContainerHealth.Healthy }, Result(1), check, Start);
        var twice = HealthVerdict.Next(once, Result(-1), check, Start);
        var well = HealthVerdict.Next(twice, Result(0), check, Start);

        Assert.Equal((ContainerHealth.Healthy, 1), (once.Status, once.FailingStreak));
        Assert.Equal((ContainerHealth.Unhealthy, 2), (twice.Status, twice.FailingStreak));
        Assert.Equal((ContainerHealth.Healthy, 0), (well.Status, well.FailingStreak));
    }

    [Fact]
    public void Next_FailureInTheStartPeriod_IsNotCounted()
    {
        var check = new HealthConfig { Retries = 1, StartPeriod = 10 * Second };

        var excused = HealthVerdict.Next(new ContainerHealth(), Result(1, after: 9), check, Start);
        var late = HealthVerdict.Next(excused, Result(1, after: 10), check, Start);

        Assert.Equal((ContainerHealth.Starting, 0), (excused.Status, excused.FailingStreak));
        Assert.Equal((ContainerHealth.Unhealthy, 1), (late.Status, late.FailingStreak));
    }

    [Fact]
    public void Next_Log_IsTheLastFive()
    {
        var health = new ContainerHealth();
        for (var code = 1; code <= 7; code++) health = HealthVerdict.Next(health, Result(code), new HealthConfig(), Start);

        Assert.Equal([3, 4, 5, 6, 7], health.Log.Select(result => result.ExitCode));
    }

    [Fact]
    public void Output_Long_IsCutAndMarked()
    {
        var output = new ProbeOutput();
        output.Add(Encoding.ASCII.GetBytes(new string('a', 4000)));
        Assert.Equal(4000, output.ToString().Length);
        output.Add(Encoding.ASCII.GetBytes(new string('b', 4000)));

        Assert.Equal(new string('a', 4000) + new string('b', 96) + "...", output.ToString());
    }

    [Theory]
    [InlineData(1000, "1s")]
    [InlineData(1500, "1.5s")]
    [InlineData(200, "200ms")]
    [InlineData(90_000, "1m30s")]
    [InlineData(3_600_000, "1h0m0s")]
    public void Duration_Format_IsGos(int milliseconds, string expected) => Assert.Equal(expected, GoDuration.Format(TimeSpan.FromMilliseconds(milliseconds)));

    private static HealthResult Result(int code, int after = 60) => new() { Start = Start.AddSeconds(after), End = Start.AddSeconds(after + 1), ExitCode = code, Output = "" };
}
