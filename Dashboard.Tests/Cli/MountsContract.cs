using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>What containers get mounted: volumes, filled from the image, shared, by options of the driver; and what of it stays behind.</summary>
public abstract class MountsContract(HostFixture fixture) : CliTest(fixture)
{
    private const string Image = "with-volumes:1";

    private static readonly TestImage s_image = TestImages.Of(
        Image,
        new JsonObject { ["Cmd"] = new JsonArray("sh"), ["Env"] = new JsonArray("PATH=/bin"), ["Volumes"] = new JsonObject { ["/seed"] = new JsonObject(), ["/fresh"] = new JsonObject() } },
        new LayerBuilder()
            .Directory("seed/", 0b111_101_000).Directory("seed/sub/", 0b111_111_111)
            .File("seed/owned", "owned"u8.ToArray(), 0b110_000_000, uid: 1000, gid: 2000)
            .File("seed/sub/twice", "twice").Hardlink("seed/sub/again", "seed/sub/twice")
            .Symlink("seed/link", "sub/twice").Symlink("way-in", "/seed").Symlink("way-out", "../../../../../etc")
            .ToArray(),
        new LayerBuilder().Directory("seed/", 0b111_101_000).File("seed/upper", "upper").Whiteout("seed/", "gone").ToArray());

    private string NewDirectory() => Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Host.SocketPath)!, "bind-" + Guid.NewGuid().ToString("N")[..6])).FullName;

    private string DataOf(string volume) => Path.Combine(Host.DataRoot, "volumes", volume, "_data");

    private async Task LoadAsync() => (await Docker.WithStdinAsync(s_image.ToDockerArchive(), "load")).MustSucceed();

    [Fact]
    public async Task ImageVolumes_Anonymous_AreFilledAndGoWithTheContainer()
    {
        await LoadAsync();
        try
        {
            await Docker.OkAsync("run", "--name", "box", Image, "sh", "-c", "echo x > /fresh/x; cat /seed/owned");

            var mounts = JsonDocument.Parse(await InspectAsync("box", "{{json .Mounts}}")).RootElement.EnumerateArray().OrderBy(mount => mount.GetProperty("Destination").GetString()).ToList();
            Assert.Equal(["/fresh", "/seed"], mounts.Select(mount => mount.GetProperty("Destination").GetString()));
            var seed = mounts[1];
            Assert.Matches("^[0-9a-f]{64}$", seed.GetProperty("Name").GetString());
            Assert.Equal(DataOf(seed.GetProperty("Name").GetString()!), seed.GetProperty("Source").GetString());
            Assert.Equal("volume local True  ", $"{seed.GetProperty("Type")} {seed.GetProperty("Driver")} {seed.GetProperty("RW")} {seed.GetProperty("Mode")} {seed.GetProperty("Propagation")}");
            Assert.Equal(2, (await Docker.RunAsync("volume", "ls", "-q")).Lines.Length);

            await Docker.OkAsync("rm", "-v", "box");
            await Docker.OkAsync("run", "--rm", Image, "true");
            await Eventually.GetAsync<object>(async () => await Docker.OkAsync("volume", "ls", "-q") == "" ? "" : null, TimeSpan.FromSeconds(10), () => "anonymous volumes stay");
            await Docker.OkAsync("rm", await Docker.OkAsync("create", Image, "true"));
            Assert.Equal(2, (await Docker.RunAsync("volume", "ls", "-q")).Lines.Length);
        }
        finally
        {
            await RemoveAllContainersAsync();
            await Docker.OkAsync("rmi", Image);
        }
    }

    [Fact]
    public async Task CopyUp_EmptyVolume_IsTheImagesDirectory()
    {
        await LoadAsync();
        try
        {
            await Docker.OkAsync("create", "-v", "data:/way-in/../seed", Image, "true");

            var listed = (await new Command(["sh", "-c", "cd \"$1\" && stat -c '%n %a %u %g %F %h' . * sub/*", "sh", DataOf("data")]).RunAsync()).MustSucceed().Lines;
            Assert.Equal(
                [
                    ". 750 0 0 directory 3",
                    "link 777 0 0 symbolic link 1",
                    "owned 600 1000 2000 regular file 1",
                    "sub 777 0 0 directory 2",
                    "upper 644 0 0 regular file 1",
                    "sub/again 644 0 0 regular file 2",
                    "sub/twice 644 0 0 regular file 2",
                ],
                listed);
            Assert.Equal("twice", await File.ReadAllTextAsync(Path.Combine(DataOf("data"), "link"), TestContext.Current.CancellationToken));
            // 20.10 sets the time before it writes into the directory.
            Assert.True(!Host.IsDashboard || Directory.GetLastWriteTimeUtc(Path.Combine(DataOf("data"), "sub")) == new DateTime(2024, 1, 2, 3, 4, 5, DateTimeKind.Utc));

            // Full already, told not to, and by way of another container: nothing is copied.
            await Docker.OkAsync("run", "--rm", "-v", "data:/etc", Image, "true");
            Assert.False(File.Exists(Path.Combine(DataOf("data"), "passwd")));
            Assert.Equal("", await Docker.OkAsync("run", "--rm", "-v", "bare:/seed:nocopy", Image, "ls", "/seed"));
            Assert.Equal("", await Docker.OkAsync("run", "--rm", "--mount", "type=volume,src=bare,dst=/seed,volume-nocopy", Image, "ls", "/seed"));
        }
        finally
        {
            await RemoveAllContainersAsync();
            await Docker.OkAsync("rmi", Image);
        }
    }

    [Fact]
    public async Task CopyUp_LinkThatClimbs_StaysInTheImage()
    {
        await LoadAsync();
        try
        {
            await Docker.OkAsync("create", "-v", "data:/way-out", Image, "true");

            Assert.True(File.Exists(Path.Combine(DataOf("data"), "not-executable")));
            Assert.False(File.Exists(Path.Combine(DataOf("data"), "debian_version")));
        }
        finally
        {
            await RemoveAllContainersAsync();
            await Docker.OkAsync("rmi", Image);
        }
    }

    [Fact]
    public async Task Named_TwoContainers_ShareItAndItOutlivesThem()
    {
        await Docker.OkAsync("run", "--rm", "-v", "shared:/one/not/there", TestImages.Busybox, "sh", "-c", "stat -c '%a %u' /one/not /one/not/there; echo said > /one/not/there/word");

        Assert.Equal("said", await Docker.OkAsync("run", "--rm", "-v", "shared:/two", TestImages.Busybox, "cat", "/two/word"));
        AssertContains("Read-only file system", (await Docker.RunAsync("run", "--rm", "-v", "shared:/two:ro", TestImages.Busybox, "touch", "/two/x")).MustExit(1));
        Assert.Equal("shared", await Docker.OkAsync("volume", "ls", "-q"));
    }

    [Fact]
    public async Task MountOption_Volume_HasLabelsAndShape()
    {
        await Docker.OkAsync("create", "--name", "box", "--mount", "type=volume,src=data,dst=/x/,readonly,volume-label=a=b", TestImages.Busybox, "true");

        Assert.Equal("map[a:b]", await Docker.OkAsync("volume", "inspect", "--format", "{{.Labels}}", "data"));
        Assert.Equal($"volume data {DataOf("data")} /x local z false ", await InspectAsync("box", "{{range .Mounts}}{{.Type}} {{.Name}} {{.Source}} {{.Destination}} {{.Driver}} {{.Mode}} {{.RW}} {{.Propagation}}{{end}}"));
        Assert.Equal("""[{"Type":"volume","Source":"data","Target":"/x/","ReadOnly":true,"VolumeOptions":{"Labels":{"a":"b"},"DriverConfig":{}}}]""", await InspectAsync("box", "{{json .HostConfig.Mounts}}"));
        Assert.Equal("box", await Docker.OkAsync("ps", "-a", "--filter", "volume=data", "--format", "{{.Names}}"));
        Assert.Equal("data", await Docker.OkAsync("ps", "-a", "--format", "{{.Mounts}}"));
    }

    [Fact]
    public async Task VolumesFrom_Container_GivesAllItsMounts()
    {
        var directory = NewDirectory();
        await Docker.OkAsync("create", "--name", "giver", "-v", "data:/data", "-v", "/anonymous", "-v", directory + ":/host", TestImages.Busybox, "true");

        Assert.Equal("written", await Docker.OkAsync("run", "--rm", "--volumes-from", "giver", TestImages.Busybox, "sh", "-c", "touch /data/1 /anonymous/2 /host/3 && echo written"));
        var refused = await Docker.RunAsync("run", "--rm", "--volumes-from", "giver:ro", TestImages.Busybox, "sh", "-c", "ls /data /anonymous /host; touch /data/x; touch /anonymous/x; touch /host/x");
        Assert.Equal(["1", "2", "3"], refused.Lines.Where(line => line.Length == 1).Order(StringComparer.Ordinal));
        Assert.Equal(3, refused.Stderr.Split("Read-only file system").Length - 1);
        // An anonymous volume lives as long as somebody has it.
        var taker = await Docker.OkAsync("create", "--volumes-from", "giver", TestImages.Busybox, "true");
        await Docker.OkAsync("rm", "-v", "giver");
        Assert.Equal(2, (await Docker.RunAsync("volume", "ls", "-q")).Lines.Length);
        await Docker.OkAsync("rm", "-v", taker);
        Assert.Equal("data", await Docker.OkAsync("volume", "ls", "-q"));
        AssertContains("No such container: nobody", (await Docker.RunAsync("create", "--volumes-from", "nobody", TestImages.Busybox, "true")).MustExit(1));
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task DriverOptions_Tmpfs_IsMountedWhileSomebodyRuns()
    {
        await Docker.OkAsync("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=1m,uid=1000", "ram");
        Assert.Empty(HostState.MountsBelow(DataOf("ram")));
        await RunIdleAsync("--name", "one", "-v", "ram:/x");
        await RunIdleAsync("--name", "two", "-v", "ram:/y");

        await Docker.OkAsync("exec", "one", "sh", "-c", "echo shared > /x/word");
        Assert.Equal("shared", await Docker.OkAsync("exec", "two", "cat", "/y/word"));
        Assert.Equal("1000", await Docker.OkAsync("exec", "two", "stat", "-c", "%u", "/y"));
        await Docker.OkAsync("stop", "one");
        Assert.Single(HostState.MountsBelow(DataOf("ram")));
        await Docker.OkAsync("stop", "two");
        await Eventually.TrueAsync(() => !HostState.MountsBelow(DataOf("ram")).Any(), TimeSpan.FromSeconds(10), () => "the mount stays");
    }

    [Fact]
    public async Task DriverOptions_Bind_IsThatDirectory()
    {
        var directory = NewDirectory();
        await Docker.OkAsync("volume", "create", "--opt", "type=none", "--opt", "o=bind", "--opt", "device=" + directory, "elsewhere");

        await Docker.OkAsync("run", "--rm", "-v", "elsewhere:/x", TestImages.Busybox, "sh", "-c", "echo there > /x/word");

        Assert.Equal("there\n", await File.ReadAllTextAsync(Path.Combine(directory, "word"), TestContext.Current.CancellationToken));
        await Docker.OkAsync("volume", "rm", "elsewhere");
        Assert.True(File.Exists(Path.Combine(directory, "word")));
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("none", "/not/there", "bind", "mount /not/there:", ", flags: 0x1000: no such file or directory")]
    [InlineData("ext4", "/dev/not-there", "", "mount /dev/not-there:", "/_data: no such file or directory")]
    [InlineData("tmpfs", "tmpfs", "colour=red", "mount tmpfs:", "/_data, data: colour=red: invalid argument")]
    public async Task DriverOptions_NotMountable_FailTheStartInDockersWords(string type, string device, string options, string begin, string end)
    {
        await Docker.OkAsync("volume", "create", "--opt", "type=" + type, "--opt", "device=" + device, "--opt", "o=" + options, "bad");
        await Docker.OkAsync("create", "--name", "box", "-v", "bad:/not-in-the-image", TestImages.Busybox, "true");

        var result = (await Docker.RunAsync("start", "box")).MustExit(1);

        AssertContains($"error while mounting volume '{DataOf("bad")}': failed to mount local volume: {begin}", result);
        AssertContains(end, result);
        Assert.Equal("created 128", await InspectAsync("box", "{{.State.Status}} {{.State.ExitCode}}"));
    }

    [Fact]
    public async Task Subpath_OfAVolume_IsThatPartAndNeverMore()
    {
        Assert.SkipUnless(Host.IsDashboard, "it came with API 1.45");
        await Docker.OkAsync("run", "--rm", "-v", "data:/x", TestImages.Busybox, "sh", "-c", "mkdir -p /x/a/b; echo part > /x/a/b/word; ln -s /etc /x/out; ln -s ../../../.. /x/up; ln -s a/b /x/in; mkfifo /x/pipe");

        Assert.Equal("part", await RunSubpathAsync("a/b", 0));
        Assert.Equal("part", await RunSubpathAsync("in", 0));
        Assert.Contains("path escapes from the volume", await RunSubpathAsync("out", 1));
        Assert.Contains("path escapes from the volume", await RunSubpathAsync("up", 1));
        Assert.Contains("no such file or directory", await RunSubpathAsync("none", 1));
        // Only what is there is mounted: nothing is made, and nothing is copied from the image.
        Assert.False(Directory.Exists(Path.Combine(DataOf("data"), "none")));
    }

    [Theory]
    [InlineData("""{"Type":"volume","Source":"data","Target":"/x","VolumeOptions":{"Subpath":"../other"}}""", 400, "subpath must be a relative path within the volume")]
    [InlineData("""{"Type":"image","Source":"busybox","Target":"/x"}""", 501, "a mount of type image is not implemented")]
    [InlineData("""{"Type":"cluster","Source":"x","Target":"/x"}""", 501, "a mount of type cluster is not implemented")]
    [InlineData("""{"Type":"volume","Source":"data","Target":"/x","VolumeOptions":{"DriverConfig":{"Name":"flocker"}}}""", 404, "plugin \\\"flocker\\\" not found")]
    public async Task Mount_NotForUs_IsRefusedByName(string mount, int status, string words)
    {
        Assert.SkipUnless(Host.IsDashboard, "of a later API");
        var (answer, body) = await CallAsync("POST", "/v1.51/containers/create", $$$"""{"Image":"{{{TestImages.Busybox}}}","HostConfig":{"Mounts":[{{{mount}}}]}}""");

        Assert.Equal(status, answer);
        Assert.Contains(words, body);
        Assert.Equal("", await Docker.OkAsync("volume", "ls", "-q"));
    }

    [Fact]
    public async Task Create_ThatFails_LeavesNoNewVolume()
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd keeps what it made on the way");
        await Docker.OkAsync("volume", "create", "before");

        var (status, body) = await CallAsync("POST", "/v1.41/containers/create", $$$"""{"Image":"{{{TestImages.Busybox}}}","Volumes":{"/c":{}},"HostConfig":{"Binds":["before:/a","after:/b","x:/d"]}}""");

        Assert.Equal(400, status);
        Assert.Contains("create x: volume name is too short", body);
        Assert.Equal("before", await Docker.OkAsync("volume", "ls", "-q"));
        await Docker.OkAsync("volume", "rm", "before");
    }

    private async Task<string> RunSubpathAsync(string subpath, int exitCode)
    {
        var (status, body) = await CallAsync(
            "POST",
            "/v1.51/containers/create",
            $$$"""{"Image":"{{{TestImages.Busybox}}}","Cmd":["cat","/y/word"],"HostConfig":{"Mounts":[{"Type":"volume","Source":"data","Target":"/y","VolumeOptions":{"Subpath":"{{{subpath}}}"}}]}}""");
        Assert.True(status == 201, body);
        return (await Docker.RunAsync("start", "-a", JsonDocument.Parse(body).RootElement.GetProperty("Id").GetString()!)).MustExit(exitCode).AllOutput.Trim();
    }
}
