using System.Text.Json;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Volumes as objects: create, list, inspect, remove, prune, events.</summary>
public abstract class VolumesContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Create_Named_IsWhereDockerPutsIt()
    {
        Assert.Equal("data", await Docker.OkAsync("volume", "create", "--label", "tier=db", "data"));

        var volume = JsonDocument.Parse(await Docker.OkAsync("volume", "inspect", "data")).RootElement[0];
        Assert.Equal("data local local db", $"{Text(volume, "Name")} {Text(volume, "Driver")} {Text(volume, "Scope")} {Text(volume.GetProperty("Labels"), "tier")}");
        var place = Path.Combine(Host.DataRoot, "volumes", "data", "_data");
        Assert.Equal(place, Text(volume, "Mountpoint"));
        Assert.Equal("755 0 0", (await Command.RunAsync("stat", "-c", "%a %u %g", place)).MustSucceed().Text);
        Assert.Equal("701 0 0", (await Command.RunAsync("stat", "-c", "%a %u %g", Path.GetDirectoryName(place)!)).MustSucceed().Text);
        Assert.True(DateTimeOffset.UtcNow - volume.GetProperty("CreatedAt").GetDateTimeOffset() < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Create_Twice_IsTheSame()
    {
        await Docker.OkAsync("volume", "create", "--label", "first=1", "data");
        await File.WriteAllTextAsync(Path.Combine(Host.DataRoot, "volumes", "data", "_data", "kept"), "", TestContext.Current.CancellationToken);

        Assert.Equal("data", await Docker.OkAsync("volume", "create", "--label", "second=1", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "data"));

        Assert.Equal("map[first:1] map[]", await Docker.OkAsync("volume", "inspect", "--format", "{{.Labels}} {{.Options}}", "data"));
        Assert.True(File.Exists(Path.Combine(Host.DataRoot, "volumes", "data", "_data", "kept")));
    }

    [Fact]
    public async Task Create_WithoutName_IsAnonymous() => Assert.Matches("^[0-9a-f]{64}$", await Docker.OkAsync("volume", "create"));

    [Theory]
    [InlineData("""{"Name":"x"}""", 400, "create x: volume name is too short, names should be at least two alphanumeric characters")]
    [InlineData("""{"Name":"a/b"}""", 400, "includes invalid characters for a local volume name, only \\\"[a-zA-Z0-9][a-zA-Z0-9_.-]\\\" are allowed. If you intended to pass a host directory, use absolute path")]
    [InlineData("""{"Name":".."}""", 400, "includes invalid characters for a local volume name")]
    [InlineData("""{"Name":"data","Driver":"flocker"}""", 404, "create data: error looking up volume plugin flocker: plugin \\\"flocker\\\" not found")]
    [InlineData("""{"Name":"data","DriverOpts":{"type":"tmpfs"}}""", 400, "create data: missing required option: \\\"device\\\"")]
    [InlineData("""{"Name":"data","DriverOpts":{"colour":"red"}}""", 400, "create data: invalid option: \\\"colour\\\"")]
    [InlineData("""{"Name":"data","DriverOpts":{"size":"10m"}}""", 400, "create data: quota size requested but no quota support")]
    [InlineData("""{"Name":5}""", 400, "json: cannot unmarshal number into Go struct field VolumeCreateBody.Name of type string")]
    [InlineData("", 400, "EOF")]
    public async Task Create_Wrong_HasDockersStatusAndWords(string json, int status, string words)
    {
        var (answer, body) = await CallAsync("POST", "/v1.41/volumes/create", json.Length == 0 ? null : json);

        Assert.Equal(status, answer);
        Assert.Contains(words, body);
        Assert.Equal("", await Docker.OkAsync("volume", "ls", "-q"));
    }

    [Fact]
    public async Task Create_OtherDriverForAKnownName_Is404()
    {
        await Docker.OkAsync("volume", "create", "data");

        AssertContains("create data: error looking up volume plugin other: plugin \"other\" not found", (await Docker.RunAsync("volume", "create", "-d", "other", "data")).MustExit(1));
    }

    [Fact]
    public async Task List_Filters_AreDockers()
    {
        await Docker.OkAsync("volume", "create", "--label", "k=v", "used-one");
        await Docker.OkAsync("volume", "create", "--label", "k=w", "free-one");
        await Docker.OkAsync("volume", "create", "free-two");
        await Docker.OkAsync("create", "-v", "used-one:/x", TestImages.Busybox, "true");

        Assert.Equal("free-one free-two used-one", await ListAsync());
        Assert.Equal("free-one used-one", await ListAsync("name=one"));
        Assert.Equal("free-one free-two", await ListAsync("name=^free"));
        Assert.Equal("free-one used-one", await ListAsync("label=k"));
        Assert.Equal("used-one", await ListAsync("label=k=v"));
        Assert.Equal("free-one free-two", await ListAsync("dangling=true"));
        Assert.Equal("used-one", await ListAsync("dangling=false"));
        Assert.Equal("free-one free-two used-one", await ListAsync("driver=local"));
        Assert.Equal("", await ListAsync("driver=loc"));
        AssertContains("nvalid filter 'colour'", (await Docker.RunAsync("volume", "ls", "--filter", "colour=red")).MustExit(1));
        AssertContains("nvalid filter 'dangling=", (await Docker.RunAsync("volume", "ls", "--filter", "dangling=maybe")).MustExit(1));
    }

    [Fact]
    public async Task Remove_InUse_Is409UntilTheContainerIsGone()
    {
        await Docker.OkAsync("volume", "create", "data");
        var first = await Docker.OkAsync("create", "-v", "data:/x", TestImages.Busybox, "true");

        foreach (var path in (string[])["/v1.41/volumes/data", "/v1.41/volumes/data?force=1"])
        {
            var (status, body) = await CallAsync("DELETE", path);
            Assert.Equal(409, status);
            Assert.Contains($"remove data: volume is in use - [{first}]", body);
        }

        await Docker.OkAsync("rm", "-v", first);
        Assert.Equal("data", await Docker.OkAsync("volume", "rm", "data"));
        Assert.False(Directory.Exists(Path.Combine(Host.DataRoot, "volumes", "data")));
    }

    [Fact]
    public async Task Remove_Unknown_Is404UnlessForced()
    {
        var (status, body) = await CallAsync("DELETE", "/v1.41/volumes/nope");
        Assert.Equal(404, status);
        Assert.Contains("get nope: no such volume", body);
        Assert.Equal(204, (await CallAsync("DELETE", "/v1.41/volumes/nope?force=1")).Status);
        Assert.Equal(404, (await CallAsync("GET", "/v1.41/volumes/nope")).Status);
    }

    [Fact]
    public async Task Remove_ContentOfAContainer_GoesWithIt()
    {
        await Docker.OkAsync("run", "--rm", "-v", "data:/x", TestImages.Busybox, "sh", "-c", "mkdir -p /x/a/b/c; ln -s /etc /x/a/link; echo 1 > /x/a/b/c/f; chmod 0 /x/a/b; mkfifo /x/pipe");

        await Docker.OkAsync("volume", "rm", "data");

        Assert.True(File.Exists("/etc/passwd"));
    }

    [Fact]
    public async Task Prune_OldClient_TakesAllThatNobodyHas()
    {
        await Docker.OkAsync("volume", "create", "kept");
        await Docker.OkAsync("create", "-v", "kept:/x", TestImages.Busybox, "true");
        await Docker.OkAsync("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "with-options");
        await Docker.OkAsync("run", "--rm", "-v", "free:/x", TestImages.Busybox, "sh", "-c", "echo hello > /x/a");

        var (status, body) = await CallAsync("POST", "/v1.41/volumes/prune");

        Assert.Equal((200, "free 6"), (status, Pruned(body)));
        Assert.Equal("kept with-options", await ListAsync());
    }

    [Fact]
    public async Task Prune_NewClient_TakesAnonymousOnesUnlessAllIsAsked()
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd 20.10 speaks API 1.41");
        await Docker.OkAsync("volume", "create", "named");
        var anonymous = await Docker.OkAsync("volume", "create");

        Assert.Equal($"{anonymous} 0", Pruned((await CallAsync("POST", "/v1.42/volumes/prune")).Body));
        Assert.Equal("named 0", Pruned((await CallAsync("POST", "/v1.42/volumes/prune?filters=%7B%22all%22%3A%5B%22true%22%5D%7D")).Body));
    }

    [Theory]
    [InlineData("%7B%22label%22%3A%5B%22k%22%5D%7D", "two")]
    [InlineData("%7B%22label%22%3A%5B%22k%3Dx%22%5D%7D", "one two")]
    [InlineData("%7B%22label%21%22%3A%5B%22k%22%5D%7D", "one")]
    public async Task Prune_Labels_AreObeyed(string filters, string left)
    {
        await Docker.OkAsync("volume", "create", "--label", "k=v", "one");
        await Docker.OkAsync("volume", "create", "two");

        Assert.Equal(200, (await CallAsync("POST", "/v1.41/volumes/prune?filters=" + filters)).Status);

        Assert.Equal(left, await ListAsync());
        Assert.Equal(400, (await CallAsync("POST", "/v1.41/volumes/prune?filters=%7B%22colour%22%3A%5B%22k%22%5D%7D")).Status);
    }

    [Fact]
    public async Task Events_LifeOfAVolume_AreAnnounced()
    {
        var since = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", System.Globalization.CultureInfo.InvariantCulture);
        await Docker.OkAsync("volume", "create", "story");
        var id = await Docker.OkAsync("run", "-d", "-v", "story:/x:ro", TestImages.Busybox, "true");
        await Docker.OkAsync("wait", id);
        // The release of a run follows its end.
        await Eventually.GetAsync<object>(async () => (await PastAsync(since, "unmount")).Count == 1 ? "" : null, TimeSpan.FromSeconds(10), () => "no unmount");
        await Docker.OkAsync("rm", id);
        await Docker.OkAsync("volume", "rm", "story");

        var mounted = Assert.Single(await PastAsync(since, "mount")).GetProperty("Actor").GetProperty("Attributes");
        Assert.Equal($"{id} /x local  false", $"{Text(mounted, "container")} {Text(mounted, "destination")} {Text(mounted, "driver")} {Text(mounted, "propagation")} {Text(mounted, "read/write")}");
        Assert.Equal(id, Text(Assert.Single(await PastAsync(since, "unmount")).GetProperty("Actor").GetProperty("Attributes"), "container"));
        Assert.Single(await PastAsync(since, "destroy"));
        // 20.10 announces a volume that was there already as well.
        Assert.True((await PastAsync(since, "create")).Count == 1 || !Host.IsDashboard);
        await Docker.OkAsync("volume", "prune", "-f");
        Assert.Equal("0", Text(Assert.Single(await PastAsync(since, "prune")).GetProperty("Actor").GetProperty("Attributes"), "reclaimed"));
    }

    [Fact]
    public async Task Update_WithoutSwarm_Is503()
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd 20.10 knows no such operation");
        await Docker.OkAsync("volume", "create", "data");

        Assert.Equal(503, (await CallAsync("PUT", "/v1.51/volumes/data?version=1", "{}")).Status);
    }

    private async Task<string> ListAsync(string? filter = null) => string.Join(
        ' ',
        (await Docker.RunAsync(["volume", "ls", "-q", .. filter is null ? (string[])[] : ["--filter", filter]])).MustSucceed().Lines.Order(StringComparer.Ordinal));

    private async Task<List<JsonElement>> PastAsync(string since, string action)
    {
        var until = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0).ToString("F3", System.Globalization.CultureInfo.InvariantCulture);
        var lines = (await Docker.RunAsync("events", "--since", since, "--until", until, "--filter", "type=volume", "--filter", "event=" + action, "--format", "{{json .}}")).MustSucceed().Lines;
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static string Pruned(string body)
    {
        var answer = JsonDocument.Parse(body).RootElement;
        return string.Join(' ', [.. answer.GetProperty("VolumesDeleted").EnumerateArray().Select(name => name.GetString()!), answer.GetProperty("SpaceReclaimed").GetInt64().ToString()]);
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
