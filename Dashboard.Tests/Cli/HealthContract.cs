using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Tests.Contracts;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class HealthContract(HostFixture fixture) : CliTest(fixture)
{
    private static readonly string[] s_often = ["--health-interval", "200ms"];

    [Fact]
    public async Task Check_Succeeds_ContainerIsHealthy()
    {
        await using var events = EventsOf("well");
        await RunIdleAsync([.. s_often, "--name", "well", "--health-cmd", "echo fine; echo more >&2"]);
        Assert.Equal("starting 0", await InspectAsync("well", "{{.State.Health.Status}} {{.State.Health.FailingStreak}}"));

        await events.ExpectAsync("health_status: healthy.\n");

        Assert.Equal("healthy 0", await InspectAsync("well", "{{.State.Health.Status}} {{.State.Health.FailingStreak}}"));
        var entry = JsonDocument.Parse(await InspectAsync("well", "{{json (index .State.Health.Log 0)}}")).RootElement;
        Assert.Equal(0, entry.GetProperty("ExitCode").GetInt32());
        Assert.Contains("fine\n", entry.GetProperty("Output").GetString());
        Assert.Contains("more\n", entry.GetProperty("Output").GetString());
        Assert.True(entry.GetProperty("Start").GetDateTimeOffset() <= entry.GetProperty("End").GetDateTimeOffset());
        Assert.EndsWith("(healthy)", await Docker.OkAsync("ps", "--format", "{{.Status}}"));
    }

    [Fact]
    public async Task Check_FailsOften_ContainerIsUnhealthyAndCanRecover()
    {
        await using var events = EventsOf("ill");
        await RunIdleAsync([.. s_often, "--name", "ill", "--health-retries", "2", "--health-cmd", "test -f /well || { echo no file; exit 3; }"]);

        await events.ExpectAsync("health_status: unhealthy.\n");
        Assert.Equal("3 no file", (await InspectAsync("ill", "{{with index .State.Health.Log 0}}{{.ExitCode}} {{.Output}}{{end}}")).Trim());
        Assert.EndsWith("(unhealthy)", await Docker.OkAsync("ps", "--format", "{{.Status}}"));
        Assert.True(int.Parse(await InspectAsync("ill", "{{.State.Health.FailingStreak}}")) >= 2);
        await Docker.OkAsync("exec", "ill", "touch", "/well");
        await events.ExpectAsync("health_status: healthy.\n");

        Assert.Equal("0", await InspectAsync("ill", "{{.State.Health.FailingStreak}}"));
        Assert.True(int.Parse(await InspectAsync("ill", "{{len .State.Health.Log}}")) <= 5);
    }

    [Fact]
    public async Task Check_TakesTooLong_IsKilledAndCounted()
    {
        await using var events = EventsOf("slow");
        await RunIdleAsync([.. s_often, "--name", "slow", "--health-timeout", "300ms", "--health-retries", "1", "--health-cmd", "exec sleep 54321"]);

        await events.ExpectAsync("health_status: unhealthy.\n");

        Assert.Equal("-1 Health check exceeded timeout (300ms)", await InspectAsync("slow", "{{with index .State.Health.Log 0}}{{.ExitCode}} {{.Output}}{{end}}"));
    }

    [Fact]
    public async Task Check_CannotStart_IsAFailureWithTheReason()
    {
        var id = await CreateAsync("""{"Image":"busybox:latest","Cmd":["sleep","3600"],"StopSignal":"SIGKILL","Healthcheck":{"Test":["CMD","not-there"],"Interval":200000000,"Retries":1}}""");
        await using var events = EventsOf(id);
        await Docker.OkAsync("start", id);

        await events.ExpectAsync("health_status: unhealthy.\n");

        var entry = await InspectAsync(id, "{{with index .State.Health.Log 0}}{{.ExitCode}} {{.Output}}{{end}}");
        Assert.Contains("exec: \"not-there\": executable file not found in $PATH", entry);
    }

    [Fact]
    public async Task StartInterval_InTheStartPeriod_IsTaken()
    {
        Assert.SkipUnless(Host.IsDashboard, "the start interval is of API 1.44");
        await using var events = EventsOf("begins");
        await RunIdleAsync("--name", "begins", "--health-interval", "1h", "--health-start-period", "1h", "--health-start-interval", "200ms", "--health-cmd", "test -f /well");
        await Docker.OkAsync("exec", "begins", "touch", "/well");

        await events.ExpectAsync("health_status: healthy.\n");

        Assert.Equal("0", await InspectAsync("begins", "{{.State.Health.FailingStreak}}"));
    }

    [Fact]
    public async Task Check_OfTheImage_IsTakenUnlessRefused()
    {
        var config = new JsonObject
        {
            ["Cmd"] = new JsonArray("sleep", "3600"),
            ["StopSignal"] = "SIGKILL",
            ["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("CMD", "true"), ["Interval"] = 200_000_000L },
        };
        (await Docker.WithStdinAsync(TestImages.Of("checked:1", config).ToDockerArchive(), "load")).MustSucceed();
        await using var events = EventsOf("own");

        await Docker.OkAsync("run", "-d", "--name", "own", "checked:1");
        await Docker.OkAsync("run", "-d", "--name", "none", "--no-healthcheck", "checked:1");
        await events.ExpectAsync("health_status: healthy.\n");

        Assert.Equal("[\"NONE\"] false", await InspectAsync("none", "{{json .Config.Healthcheck.Test}} {{if .State.Health}}true{{else}}false{{end}}"));
        Assert.Equal("own", await Docker.OkAsync("ps", "--filter", "health=healthy", "--format", "{{.Names}}"));
        Assert.Equal("none", await Docker.OkAsync("ps", "--filter", "health=none", "--format", "{{.Names}}"));
        await RemoveAllContainersAsync();
        await Docker.OkAsync("rmi", "checked:1");
    }

    [Fact]
    public async Task Stop_Checked_EndsTheChecks()
    {
        await using var events = EventsOf("ended");
        await RunIdleAsync([.. s_often, "--name", "ended", "--health-cmd", "true"]);
        await events.ExpectAsync("health_status: healthy.\n");

        await Docker.OkAsync("stop", "ended");
        Assert.Equal("exited unhealthy", await InspectAsync("ended", "{{.State.Status}} {{.State.Health.Status}}"));
        await Docker.OkAsync("start", "ended");
        await events.ExpectAsync("health_status: healthy.\n");
    }

    [Fact]
    public async Task Pause_Checked_EndsTheChecksUntilItGoesOn()
    {
        await using var events = EventsOf("paused");
        await RunIdleAsync([.. s_often, "--name", "paused", "--health-cmd", "true"]);
        await events.ExpectAsync("health_status: healthy.\n");

        await Docker.OkAsync("pause", "paused");
        Assert.Equal("unhealthy", await InspectAsync("paused", "{{.State.Health.Status}}"));
        Assert.EndsWith("(Paused)", await Docker.OkAsync("ps", "--format", "{{.Status}}"));
        await Docker.OkAsync("unpause", "paused");
        await events.ExpectAsync("health_status: healthy.\n");
    }

    [Fact]
    public async Task Output_Long_IsCut()
    {
        await using var events = EventsOf("loud");
        await RunIdleAsync([.. s_often, "--name", "loud", "--health-cmd", "head -c 5000 /dev/zero | tr '\\0' x"]);
        await events.ExpectAsync("health_status: healthy.\n");

        Assert.Equal(new string('x', 4096) + "...", await InspectAsync("loud", "{{(index .State.Health.Log 0).Output}}"));
    }

    [Theory]
    [InlineData("\"Interval\":1000", "Interval in Healthcheck cannot be less than 1ms")]
    [InlineData("\"Timeout\":1", "Timeout in Healthcheck cannot be less than 1ms")]
    [InlineData("\"StartPeriod\":1", "StartPeriod in Healthcheck cannot be less than 1ms")]
    [InlineData("\"Retries\":-1", "Retries in Healthcheck cannot be negative")]
    public async Task Create_WrongNumber_Is400(string field, string words)
    {
        using var wire = await WireConnection.OpenAsync(Host.SocketPath);
        await wire.SendAsync("POST", "/v1.41/containers/create", $$"""{"Image":"busybox:latest","Healthcheck":{"Test":["CMD","true"],{{field}} } }""");

        Assert.Equal(400, wire.Status);
        Assert.Contains(words, Encoding.UTF8.GetString(await wire.ReadBodyAsync()));
    }

    private async Task<string> CreateAsync(string json)
    {
        using var wire = await WireConnection.OpenAsync(Host.SocketPath);
        await wire.SendAsync("POST", "/v1.41/containers/create", json);
        return JsonDocument.Parse(await wire.ReadBodyAsync()).RootElement.GetProperty("Id").GetString()!;
    }

    private RunningCommand EventsOf(string container) =>
        Docker.Start("events", "--since", "0", "--filter", $"container={container}", "--filter", "event=health_status", "--format", "{{.Action}}.");
}
