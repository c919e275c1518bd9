using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Dashboard.Tests.Contracts;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>The wrong requests of <see cref="BadInputContract"/> below the CLI, where clients read status and message; nothing may be left behind (each test of the suite asserts it).</summary>
public abstract class BadRequestContract(HostFixture fixture) : CliTest(fixture)
{
    [Theory]
    [InlineData("""{"Image":"no-such-image:1"}""", 404, 404, "o such image: no-such-image:1")]
    [InlineData("""{"Image":"busybox:latest","HostConfig":{"Memory":1000}}""", 400, 400, "Minimum memory limit allowed is 6MB")]
    [InlineData("""{"Image":"busybox:latest","HostConfig":{"NanoCpus":-1}}""", 400, 400, "ange of CPUs is from")]
    [InlineData("""{"Image":"busybox:latest","HostConfig":{"CpusetCpus":"x"}}""", 400, 400, "nvalid value x for cpuset cpus")]
    [InlineData("""{"Image":"busybox:latest","HostConfig":{"RestartPolicy":{"Name":"sometimes"}}}""", 400, 400, "nvalid restart policy")]
    [InlineData("""{"Image":"busybox:latest","HostConfig":{"AutoRemove":true,"RestartPolicy":{"Name":"always"}}}""", 400, 400, "an't create 'AutoRemove' container with restart policy")]
    [InlineData("""{"Image":"busybox:latest","Env":["=x"]}""", 400, 400, "nvalid environment variable: =x")]
    [InlineData("""{"Image":"busybox:latest","StopSignal":"SIGNOPE"}""", 400, 400, "nvalid signal: SIGNOPE")]
    [InlineData("""{"Image":"busybox:latest","WorkingDir":"relative"}""", 400, 400, "the working directory 'relative' is invalid, it needs to be an absolute path")]
    // 20.10 said 500 to JSON that does not decode.
    [InlineData("""{"Image":"busybox:latest","Cmd":{"a":1}}""", 400, 500, "json: cannot unmarshal object")]
    [InlineData("""{"Image":"busybox:latest","Env":"A=1"}""", 400, 500, "json: cannot unmarshal string")]
    [InlineData("""[]""", 400, 500, "json: cannot unmarshal array")]
    [InlineData("", 400, 500, "")]
    public async Task Create_Wrong_HasDockersStatusAndWords(string json, int status, int before, string words) =>
        await AssertRefusedAsync("POST", "/v1.41/containers/create", json, Host.IsDashboard ? status : before, words);

    [Fact]
    public async Task Create_BadName_Is400() =>
        await AssertRefusedAsync("POST", "/v1.41/containers/create?name=a%20b", """{"Image":"busybox:latest"}""", 400, "nvalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");

    [Theory]
    [InlineData("\"nope\"", "", 400, "exec: \\\"nope\\\": executable file not found in $PATH")]
    [InlineData("\"/nope\"", "", 400, "exec: \\\"/nope\\\": stat /nope: no such file or directory")]
    [InlineData("\"/etc/not-executable\"", "", 400, "exec: \\\"/etc/not-executable\\\": permission denied")]
    [InlineData("\"true\"", ",\"User\":\"nobody-here\"", 500, "unable to find user nobody-here: no matching entries in passwd file")]
    public async Task Start_NotRunnable_HasStatusAndWordsAndCanBeRemoved(string command, string more, int status, string words)
    {
        var (created, body) = await AskAsync("POST", "/v1.41/containers/create", $$"""{"Image":"busybox:latest","Cmd":[{{command}}]{{more}}}""");
        Assert.Equal(201, created);
        var id = JsonDocument.Parse(body).RootElement.GetProperty("Id").GetString();

        await AssertRefusedAsync("POST", $"/v1.41/containers/{id}/start", null, status, words);

        Assert.Equal(204, (await AskAsync("DELETE", $"/v1.41/containers/{id}")).Status);
    }

    [Fact]
    public async Task Start_PortTaken_Is500WithThePort()
    {
        await RunIdleAsync("-p", "8092:80");
        var late = await Docker.OkAsync("create", "-p", "8092:80", TestImages.Busybox, "true");

        await AssertRefusedAsync("POST", $"/v1.41/containers/{late}/start", null, 500, "Bind for 0.0.0.0:8092 failed: port is already allocated");
    }

    [Theory]
    [InlineData("POST", "kill?signal=SIGNOPE", null, 400, 400, "nvalid signal: SIGNOPE")]
    [InlineData("POST", "exec", """{"Cmd":5}""", 400, 400, "json: cannot unmarshal number")]
    [InlineData("POST", "exec", """{"Cmd":["true"],"Tty":"yes"}""", 400, 400, "json: cannot unmarshal string")]
    [InlineData("GET", "logs", null, 400, 400, "Bad parameters: you must choose at least one stream")]
    [InlineData("GET", "logs?stdout=1&since=yesterday", null, 400, 500, "yesterday")]
    [InlineData("POST", "rename?name=%2F%2F", null, 400, 400, "nvalid container name")]
    [InlineData("POST", "rename?name=", null, 400, 400, "either old nor new names may be empty")]
    [InlineData("POST", "resize?h=a&w=1", null, 400, 400, "nvalid syntax")]
    [InlineData("GET", "top?ps_args=--nonsense", null, 400, 500, "ps")]
    [InlineData("DELETE", "", null, 409, 409, "top the container before")]
    public async Task Running_WrongRequest_HasStatusAndWords(string method, string rest, string? json, int status, int before, string words)
    {
        await RunIdleAsync("--name", "box");

        await AssertRefusedAsync(method, $"/v1.41/containers/box{(rest.Length > 0 && rest[0] != '?' ? "/" : "")}{rest}", json, Host.IsDashboard ? status : before, words);

        Assert.Equal("running", await InspectAsync("box", "{{.State.Status}}"));
    }

    [Fact]
    public async Task Wait_UnknownCondition_Is400()
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd 20.10 takes it for not-running and waits");
        await RunIdleAsync("--name", "box");

        await AssertRefusedAsync("POST", "/v1.41/containers/box/wait?condition=later", null, 400, "nvalid condition: \\\"later\\\"");
    }

    [Theory]
    // 20.10 said 500 to what is no JSON.
    [InlineData("/v1.41/containers/json?filters=nonsense", 400, 500)]
    [InlineData("/v1.41/containers/json?filters=%7B%22colour%22%3A%5B%22red%22%5D%7D", 400, 400)]
    [InlineData("/v1.41/containers/json?filters=%7B%22status%22%3A%5B%22flying%22%5D%7D", 400, 400)]
    [InlineData("/v1.41/images/json?filters=%7B%22colour%22%3A%5B%22red%22%5D%7D", 400, 400)]
    public async Task List_BadFilter_Is400(string path, int status, int before) => await AssertRefusedAsync("GET", path, null, Host.IsDashboard ? status : before, "nvalid");

    [Fact]
    public async Task Load_ManifestNamesAMissingLayer_IsRefusedWhole()
    {
        var archive = new LayerBuilder().File("manifest.json", """[{"Config":"c.json","RepoTags":["hollow:1"],"Layers":["gone/layer.tar"]}]""")
            .File("c.json", """{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]}}""").ToArray();

        await AssertNotLoadedAsync(archive, "hollow:1");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"Config":"c.json"}""")]
    [InlineData("""[{"Config":"../../../../etc/passwd","RepoTags":["hollow:1"],"Layers":[]}]""")]
    [InlineData("""[{"Config":"c.json","RepoTags":["hollow:1"],"Layers":[]}]""")]
    public async Task Load_BadManifest_IsRefusedWhole(string manifest) => await AssertNotLoadedAsync(new LayerBuilder().File("manifest.json", manifest).ToArray(), "hollow:1");

    [Fact]
    public async Task Load_TruncatedGzip_IsRefusedWhole()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(TestImages.Of("hollow:1", null, new LayerBuilder().File("extra", new byte[100_000]).ToArray()).ToDockerArchive());

        await AssertNotLoadedAsync(packed.ToArray()[..(int)(packed.Length / 2)], "hollow:1");
    }

    [Fact]
    public async Task Import_Escaping_TouchesNothingOutside()
    {
        var marker = $"/var/tmp/escaped-{Guid.NewGuid():N}";

        var result = await Docker.WithStdinAsync(new LayerBuilder().File("../../../../../../../../../../.." + marker, "out").ToArray(), "import", "-", "escape:3");

        Assert.False(File.Exists(marker));
        if (result.ExitCode == 0) await Docker.OkAsync("rmi", "escape:3");
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Import_Truncated_IsRefusedWhole()
    {
        var tar = new LayerBuilder().File("extra", new byte[100_000]).ToArray();

        Assert.NotEqual(0, (await Docker.WithStdinAsync(tar.AsMemory(0, tar.Length / 2), "import", "-", "hollow:1")).ExitCode);

        (await Docker.RunAsync("image", "inspect", "hollow:1")).MustExit(1);
        await AssertStillWorksAsync();
    }

    private async Task AssertNotLoadedAsync(byte[] archive, string tag)
    {
        Assert.NotEqual(0, (await Docker.WithStdinAsync(archive, "load")).ExitCode);

        (await Docker.RunAsync("image", "inspect", tag)).MustExit(1);
        await AssertStillWorksAsync();
    }

    private async Task AssertRefusedAsync(string method, string path, string? json, int status, string words)
    {
        var (actual, body) = await AskAsync(method, path, json);

        Assert.True(actual == status && body.Contains("\"message\"", StringComparison.Ordinal) && body.Contains(words, StringComparison.Ordinal), $"{actual} {body}");
        await AssertStillWorksAsync();
    }

    private async Task AssertStillWorksAsync() => Assert.Equal("fine", await Docker.OkAsync("run", "--rm", TestImages.Busybox, "echo", "fine"));

    private async Task<(int Status, string Body)> AskAsync(string method, string path, string? json = null)
    {
        using var wire = await WireConnection.OpenAsync(Host.SocketPath);
        await wire.SendAsync(method, path, json);
        return (wire.Status, wire.Status is 204 or 304 ? "" : Encoding.UTF8.GetString(await wire.ReadBodyAsync()));
    }
}
