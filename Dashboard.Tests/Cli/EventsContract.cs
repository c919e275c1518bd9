using System.Text.Json;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class EventsContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Events_PastRun_AreInDockersOrder()
    {
        var since = Now();
        var id = await Docker.OkAsync("run", "-d", "--name", "story", "-l", "chapter=1", TestImages.Busybox, "sh", "-c", "exit 3");
        await Docker.OkAsync("wait", id);
        await Docker.OkAsync("rm", id);

        var events = await PastAsync(since, "type=container", $"container={id}");

        Assert.Equal(["create", "start", "die", "destroy"], events.Select(Action));
        var die = events[2];
        Assert.Equal(id, die.GetProperty("Actor").GetProperty("ID").GetString());
        var attributes = die.GetProperty("Actor").GetProperty("Attributes");
        Assert.Equal("3", attributes.GetProperty("exitCode").GetString());
        Assert.Equal("story", attributes.GetProperty("name").GetString());
        Assert.Equal(TestImages.Busybox, attributes.GetProperty("image").GetString());
        Assert.Equal("1", attributes.GetProperty("chapter").GetString());
        Assert.Equal(die.GetProperty("time").GetInt64(), die.GetProperty("timeNano").GetInt64() / 1_000_000_000);
    }

    [Fact]
    public async Task Events_KillAndStop_AreAnnounced()
    {
        var since = Now();
        var id = await RunIdleAsync();
        await Docker.OkAsync("stop", id);
        await Docker.OkAsync("start", id);
        await Docker.OkAsync("kill", id);
        await Docker.OkAsync("wait", id);

        var events = (await PastAsync(since, "type=container", $"container={id}")).Select(Action).ToList();

        Assert.Equal(["create", "die", "die", "kill", "kill", "start", "start", "stop"], events.Order(StringComparer.Ordinal));
        Assert.True(events.IndexOf("kill") < events.IndexOf("die"));
    }

    [Fact]
    public async Task Events_Exec_IsNamedWithItsCommand()
    {
        var since = Now();
        var id = await RunIdleAsync();
        await Docker.OkAsync("exec", id, "echo", "hi");

        var events = (await PastAsync(since, $"container={id}", "type=container")).Select(Action).ToList();

        Assert.Contains("exec_create: echo hi", events);
        Assert.Contains("exec_start: echo hi", events);
        Assert.Contains("exec_die", events);
    }

    [Fact]
    public async Task Events_Live_ArriveWhileTheyHappen()
    {
        var since = Now();
        await using var events = Docker.Start("events", "--since", since, "--filter", "container=watched", "--filter", "type=container", "--format", "{{.Action}}.");

        await RunIdleAsync("--name", "watched");
        await events.ExpectAsync("create.\n");
        await events.ExpectAsync("start.\n");
        await Docker.OkAsync("rm", "-f", "watched");

        await events.ExpectAsync("destroy.\n");
    }

    [Theory]
    [InlineData("event=start", "start")]
    [InlineData("label=pick", "create start die")]
    [InlineData("image=busybox:latest", "create start die")]
    [InlineData("type=image", "")]
    public async Task Events_Filter_Selects(string filter, string expected)
    {
        var since = Now();
        var id = await Docker.OkAsync("run", "-d", "-l", "pick=me", TestImages.Busybox, "true");
        await Docker.OkAsync("wait", id);

        var events = await PastAsync(since, filter, filter.StartsWith("type", StringComparison.Ordinal) ? filter : "type=container");

        Assert.Equal(expected, string.Join(' ', events.Select(Action)));
    }

    [Fact]
    public async Task Events_Image_AreTagAndUntag()
    {
        var since = Now();
        await Docker.OkAsync("tag", TestImages.Busybox, "busybox:second");
        await Docker.OkAsync("rmi", "busybox:second");

        Assert.Equal(["tag", "untag"], (await PastAsync(since, "type=image")).Select(Action));
    }

    [Fact]
    public async Task Events_Network_NameTheBridge()
    {
        var since = Now();
        await Docker.OkAsync("run", "--rm", TestImages.Busybox, "true");

        var events = await PastAsync(since, "type=network");

        Assert.Equal(["connect", "disconnect"], events.Select(Action));
        Assert.All(events, each => Assert.Equal("bridge", each.GetProperty("Actor").GetProperty("Attributes").GetProperty("name").GetString()));
    }

    private async Task<List<JsonElement>> PastAsync(string since, params string[] filters)
    {
        var result = await Docker.OkAsync(["events", "--since", since, "--until", Now(), "--format", "{{json .}}", .. filters.Distinct().SelectMany(filter => new[] { "--filter", filter })]);
        return [.. result.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string? Action(JsonElement happened) => happened.GetProperty("Action").GetString();

    // Unix seconds with nine digits, as the API wants them.
    private static string Now()
    {
        var ticks = DateTimeOffset.UtcNow.Ticks - DateTimeOffset.UnixEpoch.Ticks;
        return $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * 100:000000000}";
    }
}
