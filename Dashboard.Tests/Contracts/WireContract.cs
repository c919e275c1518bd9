using System.Text.Json;
using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts;

/// <summary>What clients rely on below the level of the CLI: headers, hijacked streams, framing, statuses.</summary>
public abstract class WireContract(HostFixture fixture) : CliTest(fixture)
{
    private const string Upgrade = "Connection: Upgrade";
    private const string ToTcp = "Upgrade: tcp";

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Ping_Headers_TellTheVersionAndForbidCaching(string method)
    {
        using var wire = await OpenAsync(method, "/_ping");

        Assert.Equal(200, wire.Status);
        Assert.Matches(@"^1\.\d+$", wire.Header("Api-Version"));
        Assert.Equal("linux", wire.Header("Ostype"));
        Assert.Equal("false", wire.Header("Docker-Experimental"));
        Assert.Contains("no-cache", wire.Header("Cache-Control"));
        Assert.Contains("linux", wire.Header("Server"));
        // 20.10 leaves it out while BuildKit is not its default.
        Assert.True(!Host.IsDashboard || wire.Header("Builder-Version") is not null, "no Builder-Version");
        if (method == "GET") Assert.Equal("OK", await wire.ReadTextAsync());
    }

    [Fact]
    public async Task Connection_IsKeptForTheNextRequest()
    {
        using var wire = await OpenAsync("GET", "/v1.41/containers/json");
        Assert.Equal("[]", (await wire.ReadTextAsync()).Trim());

        await wire.SendAsync("GET", "/v1.41/containers/nobody/json");
        Assert.Equal(404, wire.Status);
        await wire.ReadBodyAsync();
        await wire.SendAsync("GET", "/_ping");

        Assert.Equal(200, wire.Status);
    }

    [Fact]
    public async Task Connection_Idle_StaysOpen()
    {
        using var wire = await OpenAsync("GET", "/_ping");
        await wire.ReadTextAsync();

        Assert.False(await wire.EndsWithinAsync(TimeSpan.FromSeconds(4)), "the connection was closed while it was idle");
        await wire.SendAsync("GET", "/_ping");

        Assert.Equal(200, wire.Status);
    }

    [Fact]
    public async Task Attach_BeforeStartWithUpgrade_CarriesFramesAndHalfClose()
    {
        var id = await CreateAsync("""{"Image":"busybox:latest","Cmd":["sh","-c","cat; echo err >&2; exit 5"],"OpenStdin":true,"StdinOnce":true,"AttachStdin":true}""");
        using var attach = await OpenAsync("POST", $"/v1.41/containers/{id}/attach?stream=1&stdin=1&stdout=1&stderr=1", null, Upgrade, ToTcp);

        Assert.Equal(101, attach.Status);
        Assert.Equal("tcp", attach.Header("Upgrade"));
        Assert.Equal("application/vnd.docker.raw-stream", attach.Header("Content-Type"));
        Assert.Equal(204, (await AskAsync("POST", $"/v1.41/containers/{id}/start")).Status);
        await attach.WriteAsync("typed\n");
        Assert.Equal((1, "typed\n"), await attach.ReadFrameAsync());
        attach.HalfClose();

        Assert.Equal((2, "err\n"), await attach.ReadFrameAsync());
        Assert.Empty(await attach.ReadToEndAsync());
        Assert.Equal(5, (await AskAsync("POST", $"/v1.41/containers/{id}/wait")).Json.GetProperty("StatusCode").GetInt32());
    }

    [Fact]
    public async Task Attach_WithoutUpgrade_IsTheOldRawStream()
    {
        var id = await CreateAsync("""{"Image":"busybox:latest","Cmd":["echo","plain"]}""");
        using var attach = await OpenAsync("POST", $"/v1.41/containers/{id}/attach?stream=1&stdout=1");
        Assert.Equal(200, attach.Status);

        await AskAsync("POST", $"/v1.41/containers/{id}/start");

        Assert.Equal(("plain\n", ""), WireConnection.Unframe(await attach.ReadToEndAsync()));
    }

    [Fact]
    public async Task Attach_Tty_IsUnframed()
    {
        var id = await CreateAsync("""{"Image":"busybox:latest","Cmd":["echo","raw"],"Tty":true}""");
        using var attach = await OpenAsync("POST", $"/v1.41/containers/{id}/attach?stream=1&stdout=1", null, Upgrade, ToTcp);

        await AskAsync("POST", $"/v1.41/containers/{id}/start");

        Assert.Equal("raw\r\n", System.Text.Encoding.UTF8.GetString(await attach.ReadToEndAsync()));
    }

    [Fact]
    public async Task Wait_RemovedAskedBeforeStart_GivesTheCode()
    {
        var id = await CreateAsync("""{"Image":"busybox:latest","Cmd":["sh","-c","exit 42"],"HostConfig":{"AutoRemove":true}}""");
        using var wait = await WireConnection.OpenAsync(Host.SocketPath);
        var answered = wait.SendAsync("POST", $"/v1.41/containers/{id}/wait?condition=removed");

        await AskAsync("POST", $"/v1.41/containers/{id}/start");
        await answered;

        Assert.Equal(42, JsonDocument.Parse(await wait.ReadTextAsync()).RootElement.GetProperty("StatusCode").GetInt32());
        Assert.Equal(404, (await AskAsync("GET", $"/v1.41/containers/{id}/json")).Status);
    }

    [Fact]
    public async Task Exec_StartWithUpgradeAndBody_KeepsOutputAfterHalfClose()
    {
        var container = await RunIdleAsync();
        var created = await AskAsync("POST", $"/v1.41/containers/{container}/exec", """{"AttachStdin":true,"AttachStdout":true,"AttachStderr":true,"Cmd":["sh","-c","sort; echo after"]}""");
        Assert.Equal(201, created.Status);
        var exec = created.Json.GetProperty("Id").GetString();

        using var stream = await OpenAsync("POST", $"/v1.41/exec/{exec}/start", """{"Detach":false,"Tty":false}""", Upgrade, ToTcp);
        Assert.Equal(101, stream.Status);
        await stream.WriteAsync("b\na\n");
        stream.HalfClose();

        Assert.Equal(("a\nb\nafter\n", ""), WireConnection.Unframe(await stream.ReadToEndAsync()));
        var state = (await AskAsync("GET", $"/v1.41/exec/{exec}/json")).Json;
        Assert.Equal((false, 0), (state.GetProperty("Running").GetBoolean(), state.GetProperty("ExitCode").GetInt32()));
    }

    [Fact]
    public async Task Exec_StartedTwice_IsAConflict()
    {
        var container = await RunIdleAsync();
        var exec = (await AskAsync("POST", $"/v1.41/containers/{container}/exec", """{"Cmd":["true"]}""")).Json.GetProperty("Id").GetString();
        Assert.Equal(200, (await AskAsync("POST", $"/v1.41/exec/{exec}/start", """{"Detach":true}""")).Status);

        Assert.Equal(409, (await AskAsync("POST", $"/v1.41/exec/{exec}/start", """{"Detach":true}""")).Status);
    }

    [Fact]
    public async Task Statuses_OfWrongStates_AreDockers()
    {
        var id = await CreateAsync("""{"Image":"busybox:latest","Cmd":["sleep","600"]}""", "states");

        Assert.Equal(409, (await AskAsync("POST", $"/v1.41/containers/{id}/kill")).Status);
        Assert.Equal(304, (await AskAsync("POST", $"/v1.41/containers/{id}/stop")).Status);
        Assert.Equal(409, (await AskAsync("POST", "/v1.41/containers/create?name=states", """{"Image":"busybox:latest"}""")).Status);
        Assert.Equal(409, (await AskAsync("POST", $"/v1.41/containers/{id}/exec", """{"Cmd":["true"]}""")).Status);
        Assert.Equal(409, (await AskAsync("POST", $"/v1.41/containers/{id}/resize?h=1&w=1")).Status);
        Assert.Equal(204, (await AskAsync("POST", $"/v1.41/containers/{id}/start")).Status);
        Assert.Equal(304, (await AskAsync("POST", $"/v1.41/containers/{id}/start")).Status);
        Assert.Equal(409, (await AskAsync("DELETE", $"/v1.41/containers/{id}")).Status);
        Assert.Equal(400, (await AskAsync("POST", $"/v1.41/containers/{id}/exec", """{"Cmd":[]}""")).Status);
        Assert.Equal(204, (await AskAsync("DELETE", $"/v1.41/containers/{id}?force=1")).Status);
        Assert.Equal(404, (await AskAsync("DELETE", $"/v1.41/containers/{id}")).Status);
    }

    [Theory]
    [InlineData("""{"name":["filtered"]}""")]
    [InlineData("""{"name":{"filtered":true}}""")]
    public async Task List_Filters_AreTakenInBothForms(string filters)
    {
        var id = await CreateAsync("""{"Image":"busybox:latest"}""", "filtered");
        await CreateAsync("""{"Image":"busybox:latest"}""", "other");

        var list = (await AskAsync("GET", "/v1.41/containers/json?all=1&filters=" + Uri.EscapeDataString(filters))).Json;

        Assert.Equal([id], list.EnumerateArray().Select(each => each.GetProperty("Id").GetString()!));
    }

    [Fact]
    public async Task Create_UnknownFields_AreIgnored() =>
        Assert.Equal(201, (await AskAsync("POST", "/v1.41/containers/create", """{"Image":"busybox:latest","Tomorrow":{"a":[1]},"HostConfig":{"Next":"year"}}""")).Status);

    [Fact]
    public async Task Create_WrongContentType_Is400()
    {
        using var wire = await OpenAsync("POST", "/v1.41/containers/create", "{}", "Content-Type: text/plain");

        Assert.Equal(400, wire.Status);
        Assert.Contains("must be 'application/json'", await wire.ReadTextAsync());
    }

    [Fact]
    public async Task Logs_Framed_KeepTheStreamsAndFollowToTheEnd()
    {
        var id = await CreateAsync("""{"Image":"busybox:latest","Cmd":["sh","-c","echo out; echo err >&2"]}""");
        await AskAsync("POST", $"/v1.41/containers/{id}/start");

        using var logs = await OpenAsync("GET", $"/v1.41/containers/{id}/logs?stdout=1&stderr=1&follow=1");

        Assert.Equal(200, logs.Status);
        Assert.Equal(("out\n", "err\n"), WireConnection.Unframe(await logs.ReadBodyAsync()));
        Assert.Equal(400, (await AskAsync("GET", $"/v1.41/containers/{id}/logs")).Status);
    }

    [Fact]
    public async Task Stats_OneShotAndStream_HaveDockersFields()
    {
        var id = await RunIdleAsync("-m", "64m");

        var once = (await AskAsync("GET", $"/v1.41/containers/{id}/stats?stream=0")).Json;

        Assert.Equal(64 << 20, once.GetProperty("memory_stats").GetProperty("limit").GetInt64());
        Assert.True(once.GetProperty("cpu_stats").GetProperty("system_cpu_usage").GetInt64() > once.GetProperty("precpu_stats").GetProperty("system_cpu_usage").GetInt64());
        Assert.Equal(Environment.ProcessorCount, once.GetProperty("cpu_stats").GetProperty("online_cpus").GetInt32());
        Assert.True(once.GetProperty("pids_stats").GetProperty("current").GetInt32() >= 1);
        Assert.True(once.GetProperty("networks").TryGetProperty("eth0", out _));
        var oneShot = (await AskAsync("GET", $"/v1.41/containers/{id}/stats?stream=0&one-shot=1")).Json;
        Assert.False(oneShot.GetProperty("precpu_stats").TryGetProperty("system_cpu_usage", out _));
    }

    [Fact]
    public async Task Client_ThatLeavesAStream_HoldsNothing()
    {
        var id = await RunIdleAsync();
        for (var i = 0; i < 10; i++)
        {
            using var logs = await OpenAsync("GET", $"/v1.41/containers/{id}/logs?stdout=1&follow=1");
            using var stats = await OpenAsync("GET", $"/v1.41/containers/{id}/stats");
            using var events = await OpenAsync("GET", "/v1.41/events");
            using var attach = await OpenAsync("POST", $"/v1.41/containers/{id}/attach?stream=1&stdout=1", null, Upgrade, ToTcp);
            Assert.Equal((200, 200, 200, 101), (logs.Status, stats.Status, events.Status, attach.Status));
        }

        await Docker.OkAsync("rm", "-f", id);
    }

    private async Task<WireConnection> OpenAsync(string method, string path, string? json = null, params string[] headers)
    {
        var wire = await WireConnection.OpenAsync(Host.SocketPath);
        await wire.SendAsync(method, path, json, headers);
        return wire;
    }

    private async Task<(int Status, JsonElement Json)> AskAsync(string method, string path, string? json = null)
    {
        using var wire = await OpenAsync(method, path, json);
        if (wire.Status is 204 or 304) return (wire.Status, default);
        var text = await wire.ReadTextAsync();
        if (wire.Status >= 400) Assert.Contains("\"message\"", text);
        return (wire.Status, text.TrimStart().StartsWith('{') || text.TrimStart().StartsWith('[') ? JsonDocument.Parse(text).RootElement : default);
    }

    private async Task<string> CreateAsync(string json, string? name = null)
    {
        var (status, answer) = await AskAsync("POST", "/v1.41/containers/create" + (name is null ? "" : "?name=" + name), json);
        Assert.Equal(201, status);
        return answer.GetProperty("Id").GetString()!;
    }
}
