using System.Text;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Wrong requests: Docker's words and exit codes, nothing left behind (each test of the suite asserts it), and the next request works.</summary>
public abstract class BadInputContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Run_UnknownImage_IsNotFound()
    {
        var result = (await Docker.RunAsync("run", "--rm", "--pull", "never", "no-such-image:1", "true")).MustExit(125);

        AssertContains("o such image: no-such-image:1", result);
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Run_NameInUse_IsAConflict()
    {
        var id = await Docker.OkAsync("create", "--name", "taken", TestImages.Busybox, "true");

        var result = (await Docker.RunAsync("run", "--rm", "--name", "taken", TestImages.Busybox, "true")).MustExit(125);

        AssertContains($"Conflict. The container name \"/taken\" is already in use by container \"{id}\". You have to remove (or rename) that container to be able to reuse that name.", result);
        await AssertStillWorksAsync();
    }

    [Theory]
    [InlineData("99999:80")]
    [InlineData("abc:80")]
    public async Task Run_BadPort_IsRefused(string port)
    {
        AssertContains("nvalid", (await Docker.RunAsync("run", "--rm", "-p", port, TestImages.Busybox, "true")).MustExit(125));
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Api_BadPort_Is400()
    {
        var (status, body) = await PostAsync("/v1.41/containers/create", """{"Image":"busybox:latest","Cmd":["true"],"ExposedPorts":{"nonsense/tcp":{}},"HostConfig":{"PortBindings":{"nonsense/tcp":[{"HostPort":"1"}]}}}""");

        Assert.True(status is 400, $"{status} {body}");
        Assert.Contains("\"message\"", body);
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Run_PortTaken_SaysWho()
    {
        await RunIdleAsync("-p", "8090:80");

        var result = (await Docker.RunAsync("run", "--name", "late", "-p", "8090:80", TestImages.Busybox, "true")).MustExit(125);

        AssertContains("8090", result);
        AssertContains("port is already allocated", result);
        Assert.Equal("created", await InspectAsync("late", "{{.State.Status}}"));
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Run_PortTakenByTheHost_SaysInUse()
    {
        await using var listener = new Command([.. Host.Network.Inside, "socat", "-d", "-d", "TCP-LISTEN:8091,fork", "/dev/null"]).Start();
        await listener.ExpectErrorAsync("listening on");

        var result = (await Docker.RunAsync("run", "--rm", "-p", "8091:80", TestImages.Busybox, "true")).MustExit(125);

        AssertContains("address already in use", result);
        await AssertStillWorksAsync();
    }

    [Theory]
    [InlineData("lots", "invalid argument")]
    [InlineData("1m", "Minimum memory limit allowed is 6MB")]
    public async Task Run_BadMemory_IsRefused(string memory, string words)
    {
        AssertContains(words, (await Docker.RunAsync("run", "--rm", "-m", memory, TestImages.Busybox, "true")).MustExit(125));
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Run_UnknownUser_IsRefused()
    {
        AssertContains("unable to find user nobody-here: no matching entries in passwd file", (await Docker.RunAsync("run", "--rm", "-u", "nobody-here", TestImages.Busybox, "true")).MustExit(125));
        await AssertStillWorksAsync();
    }

    [Theory]
    [InlineData("nope", 127, "exec: \"nope\": executable file not found in $PATH")]
    [InlineData("/nope", 127, "exec: \"/nope\": stat /nope: no such file or directory")]
    [InlineData("/etc/not-executable", 126, "exec: \"/etc/not-executable\": permission denied")]
    [InlineData("/etc", 126, "exec: \"/etc\": ")]
    public async Task Run_NotRunnable_GivesTheShellsCode(string program, int code, string words)
    {
        AssertContains(words, (await Docker.RunAsync("run", "--rm", TestImages.Busybox, program)).MustExit(code));
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Run_WorkingDirectoryIsAFile_IsRefused()
    {
        var result = await Docker.RunAsync("run", "--rm", "-w", "/etc/passwd", TestImages.Busybox, "true");

        Assert.True(result.ExitCode is 125 or 126 or 127, result.ToString());
        AssertContains("not a directory", result);
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Load_EscapingLayer_TouchesNothingOutside()
    {
        var marker = $"/var/tmp/escaped-{Guid.NewGuid():N}";
        var image = TestImages.Of("escape:1", null, new LayerBuilder().File("../../../../../../../../../../.." + marker, "out").ToArray());

        var result = await Docker.WithStdinAsync(image.ToDockerArchive(), "load");

        // Docker unpacks in a chroot, where the path leads no further than the container's own root.
        Assert.False(File.Exists(marker));
        if (result.ExitCode == 0) await Docker.OkAsync("rmi", "escape:1");
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Load_EscapeThroughASymlink_TouchesNothingOutside()
    {
        var target = Directory.CreateDirectory($"/var/tmp/escape-{Guid.NewGuid():N}").FullName;
        var image = TestImages.Of("escape:2", null,
            new LayerBuilder().Symlink("door", target).ToArray(),
            new LayerBuilder().File("door/escaped", "out").ToArray());

        var result = await Docker.WithStdinAsync(image.ToDockerArchive(), "load");

        Assert.Empty(Directory.GetFileSystemEntries(target));
        if (result.ExitCode == 0) await Docker.OkAsync("rmi", "escape:2");
        Directory.Delete(target);
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Load_Truncated_IsRefusedWhole()
    {
        var archive = TestImages.Of("cut:1", null, new LayerBuilder().File("extra", new byte[100_000]).ToArray()).ToDockerArchive();

        Assert.NotEqual(0, (await Docker.WithStdinAsync(archive.AsMemory(0, archive.Length / 2), "load")).ExitCode);

        (await Docker.RunAsync("image", "inspect", "cut:1")).MustExit(1);
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Load_NotATar_IsRefused()
    {
        Assert.NotEqual(0, (await Docker.WithStdinAsync(Encoding.UTF8.GetBytes(new string('x', 20_000)), "load")).ExitCode);
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Load_TarWithoutManifest_IsRefused()
    {
        Assert.NotEqual(0, (await Docker.WithStdinAsync(new LayerBuilder().File("hello", "x").ToArray(), "load")).ExitCode);
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Load_WrongDiffId_IsRefused()
    {
        var good = TestImages.Of("lying:1", null, new LayerBuilder().File("extra", "x").ToArray());
        var lying = Encoding.Latin1.GetString(good.ToDockerArchive()).Replace(TestImage.Digest(good.Layers[1]), "sha256:" + new string('0', 64), StringComparison.Ordinal);

        Assert.NotEqual(0, (await Docker.WithStdinAsync(Encoding.Latin1.GetBytes(lying), "load")).ExitCode);

        (await Docker.RunAsync("image", "inspect", "lying:1")).MustExit(1);
        await AssertStillWorksAsync();
    }

    [Fact]
    public async Task Import_NotATar_IsRefused()
    {
        Assert.NotEqual(0, (await Docker.WithStdinAsync(Encoding.UTF8.GetBytes(new string('x', 20_000)), "import", "-", "bad:1")).ExitCode);
        (await Docker.RunAsync("image", "inspect", "bad:1")).MustExit(1);
        await AssertStillWorksAsync();
    }

    [Theory]
    [InlineData("""{"Image":42}""")]
    [InlineData("""{"Image":"busybox:latest","HostConfig":{"Memory":"many"}}""")]
    [InlineData("""{"Image":"busybox:latest",""")]
    public async Task Api_WrongJson_Is400(string json)
    {
        var (status, body) = await PostAsync("/v1.41/containers/create", json);

        // 20.10 said 500 to all of them, 28 says 400.
        Assert.True(status == (Host.IsDashboard ? 400 : 500), $"{status} {body}");
        Assert.Contains("\"message\"", body);
        await AssertStillWorksAsync();
    }

    [Theory]
    [InlineData("POST", "/v1.41/containers/nobody/start", 404)]
    [InlineData("GET", "/v1.41/containers/nobody/json", 404)]
    [InlineData("GET", "/v1.41/images/nobody/json", 404)]
    [InlineData("GET", "/v1.41/no/such/route", 404)]
    [InlineData("GET", "/v1.99/containers/json", 400)]
    [InlineData("POST", "/v1.41/exec/nobody/start", 404)]
    public async Task Api_UnknownThing_HasStatusAndMessage(string method, string path, int expected)
    {
        var (status, body) = await RequestAsync(method, path, method == "POST" ? "{}" : null);

        Assert.True(status == expected, $"{status} {body}");
        Assert.Contains("\"message\"", body);
    }

    private async Task AssertStillWorksAsync() => Assert.Equal("fine", await Docker.OkAsync("run", "--rm", TestImages.Busybox, "echo", "fine"));

    private Task<(int Status, string Body)> PostAsync(string path, string json) => RequestAsync("POST", path, json);

    private async Task<(int Status, string Body)> RequestAsync(string method, string path, string? json)
    {
        string[] body = json is null ? [] : ["-H", "Content-Type: application/json", "--data-binary", json];
        var result = (await Command.RunAsync(["curl", "-sS", "-m", "30", "--unix-socket", Host.SocketPath, "-X", method, .. body, "-w", "\n%{http_code}", "http://docker" + path])).MustSucceed();
        var split = result.Text.LastIndexOf('\n');
        return (int.Parse(result.Text[(split + 1)..]), result.Text[..split]);
    }
}
