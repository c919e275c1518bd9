using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary><c>docker cp</c>, both ways, of containers that run and that do not.</summary>
public abstract class CopyContract(HostFixture fixture) : CliTest(fixture)
{
    private readonly string _work = TestPlaces.NewWorkDirectory("copy");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task File_InAndOut_IsTheSame(bool running)
    {
        var id = await ContainerAsync(running);
        var content = new byte[3_000_001];
        Random.Shared.NextBytes(content);
        await File.WriteAllBytesAsync(Local("in"), content, Token);
        File.SetUnixFileMode(Local("in"), (UnixFileMode)0b111_101_000);

        await Docker.OkAsync("cp", Local("in"), id + ":/tmp/there");
        await Docker.OkAsync("cp", id + ":/tmp/there", Local("out"));

        Assert.Equal(content, await File.ReadAllBytesAsync(Local("out"), Token));
        Assert.Equal((UnixFileMode)0b111_101_000, File.GetUnixFileMode(Local("out")));
        if (!running) await Docker.OkAsync("start", id);
        Assert.Equal("3000001 750 0 0", await Docker.OkAsync("exec", id, "stat", "-c", "%s %a %u %g", "/tmp/there"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Directory_InAndOut_KeepsItsShape(bool running)
    {
        var id = await ContainerAsync(running);
        Directory.CreateDirectory(Local("tree/sub"));
        await File.WriteAllTextAsync(Local("tree/sub/file"), "deep", Token);
        File.CreateSymbolicLink(Local("tree/link"), "sub/file");
        (await Command.RunAsync("ln", Local("tree/sub/file"), Local("tree/hard"))).MustSucceed();

        await Docker.OkAsync("cp", Local("tree"), id + ":/var");
        await Docker.OkAsync("cp", Local("tree/."), id + ":/root");
        await Docker.OkAsync("cp", id + ":/var/tree", Local("whole"));
        await Docker.OkAsync("cp", id + ":/root/.", Local("contents"));

        foreach (var copy in (string[])["whole", "contents"])
        {
            Assert.Equal("deep", await File.ReadAllTextAsync(Local(copy + "/sub/file"), Token));
            Assert.Equal("sub/file", new FileInfo(Local(copy + "/link")).LinkTarget);
            Assert.Equal("deep", await File.ReadAllTextAsync(Local(copy + "/hard"), Token));
        }
    }

    [Fact]
    public async Task Links_AreFollowedByDockersRules()
    {
        var id = await RunIdleAsync();
        await Docker.OkAsync("exec", id, "sh", "-c", "mkdir /real; echo text > /real/file; ln -s /real /abs; ln -s real/file /rel; ln -s ../../../../../etc/passwd /up; ln -s /nowhere /dangling");

        await Docker.OkAsync("cp", id + ":/rel", Local("rel"));
        await Docker.OkAsync("cp", "-L", id + ":/rel", Local("followed"));
        await Docker.OkAsync("cp", "-L", id + ":/up", Local("passwd"));
        await Docker.OkAsync("cp", id + ":/abs/.", Local("abs"));
        await File.WriteAllTextAsync(Local("new"), "new", Token);
        await Docker.OkAsync("cp", Local("new"), id + ":/abs/new");

        Assert.Equal("real/file", new FileInfo(Local("rel")).LinkTarget);
        Assert.Equal("text\n", await File.ReadAllTextAsync(Local("followed"), Token));
        Assert.Contains("app:x:1000", await File.ReadAllTextAsync(Local("passwd"), Token));
        Assert.Equal("text\n", await File.ReadAllTextAsync(Local("abs/file"), Token));
        Assert.Equal("new", await Docker.OkAsync("exec", id, "cat", "/real/new"));
        AssertContains("Could not find the file /dangling/", await Docker.RunAsync("cp", id + ":/dangling/", Local("x")));
    }

    [Fact]
    public async Task WrongPlaces_AreRefusedInDockersWords()
    {
        var id = await ContainerAsync(running: false);
        await File.WriteAllTextAsync(Local("file"), "x", Token);
        Directory.CreateDirectory(Local("dir"));

        AssertContains("Could not find the file /none in container", (await Docker.RunAsync("cp", id + ":/none", Local("x"))).MustExit(1));
        AssertContains("no such directory", (await Docker.RunAsync("cp", Local("file"), id + ":/none/deeper/")).MustExit(1));
        AssertContains("Could not find the file /none", (await Docker.RunAsync("cp", Local("file"), id + ":/none/deeper")).MustExit(1));
        AssertContains("cannot copy directory", (await Docker.RunAsync("cp", Local("dir"), id + ":/etc/passwd")).MustExit(1));
        AssertContains("cannot overwrite directory", (await Docker.WithStdinAsync(new LayerBuilder().File("etc", "x").ToArray(), "cp", "-", id + ":/")).MustExit(1));
        AssertContains("cannot overwrite non-directory", (await Docker.WithStdinAsync(new LayerBuilder().Directory("passwd").ToArray(), "cp", "-", id + ":/etc")).MustExit(1));
        AssertContains("No such container", (await Docker.RunAsync("cp", "nobody:/x", Local("x"))).MustExit(1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Binds_AreReachedInBothDirections(bool running)
    {
        Directory.CreateDirectory(Local("shared"));
        Directory.CreateDirectory(Local("fixed"));
        await File.WriteAllTextAsync(Local("shared/out"), "from the host", Token);
        var id = await ContainerAsync(running, "-v", Local("shared") + ":/mnt/shared", "-v", Local("fixed") + ":/fixed:ro", "--read-only");
        await File.WriteAllTextAsync(Local("file"), "to the host", Token);

        await Docker.OkAsync("cp", id + ":/mnt/shared/out", Local("got"));
        await Docker.OkAsync("cp", Local("file"), id + ":/mnt/shared/in");

        Assert.Equal("from the host", await File.ReadAllTextAsync(Local("got"), Token));
        Assert.Equal("to the host", await File.ReadAllTextAsync(Local("shared/in"), Token));
        AssertContains("mounted volume is marked read-only", (await Docker.RunAsync("cp", Local("file"), id + ":/fixed/x")).MustExit(1));
        AssertContains("container rootfs is marked read-only", (await Docker.RunAsync("cp", Local("file"), id + ":/etc/x")).MustExit(1));
        Assert.Empty(Directory.GetFileSystemEntries(Local("fixed")));
    }

    [Fact]
    public async Task Tmpfs_OfARunningContainer_IsReached()
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd looks below a container's tmpfs");
        var id = await RunIdleAsync("--tmpfs", "/scratch", "--read-only");
        await Docker.OkAsync("exec", id, "sh", "-c", "echo inside > /scratch/a");
        await File.WriteAllTextAsync(Local("file"), "x", Token);

        await Docker.OkAsync("cp", id + ":/scratch/a", Local("a"));
        await Docker.OkAsync("cp", Local("file"), id + ":/scratch/b");

        Assert.Equal("inside\n", await File.ReadAllTextAsync(Local("a"), Token));
        Assert.Equal("x", await Docker.OkAsync("exec", id, "cat", "/scratch/b"));
    }

    [Fact]
    public async Task ArchiveMode_GivesTheFilesToTheContainersUser()
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd 20.10 looks the user up on the host");
        var id = await RunIdleAsync("--user", "app");
        await File.WriteAllTextAsync(Local("file"), "x", Token);

        await Docker.OkAsync("cp", "-a", Local("file"), id + ":/tmp/mine");

        Assert.Equal("1000 1000", await Docker.OkAsync("exec", id, "stat", "-c", "%u %g", "/tmp/mine"));
    }

    [Fact]
    public async Task HostileTars_StayInTheContainer()
    {
        var id = await RunIdleAsync();
        var mark = "dashboard-escape-" + Guid.NewGuid().ToString("N");
        await Docker.OkAsync("exec", id, "mkdir", "/dir");
        byte[][] refused =
        [
            new LayerBuilder().File("../../" + mark, "x").ToArray(),
            new LayerBuilder().File("a/../../../" + mark, "x").ToArray(),
            new LayerBuilder().Symlink("s", "../../../tmp").ToArray(),
            new LayerBuilder().Hardlink("h", "../../etc/passwd").ToArray(),
            new LayerBuilder().Hardlink("h", "/etc/hostname").ToArray(),
        ];
        foreach (var tar in refused) (await Docker.WithStdinAsync(tar, "cp", "-", id + ":/dir")).MustExit(1);
        byte[][] kept =
        [
            new LayerBuilder().File("/tmp/" + mark, "x").ToArray(),
            new LayerBuilder().Symlink("out", "/tmp").File("out/" + mark, "x").ToArray(),
            new LayerBuilder().CharacterDevice("null", 1, 3).ToArray(),
            new LayerBuilder().File(".wh.passwd", "").ToArray(),
        ];
        foreach (var tar in kept) (await Docker.WithStdinAsync(tar, "cp", "-", id + ":/dir")).MustSucceed();

        Assert.False(File.Exists("/tmp/" + mark));
        Assert.False(File.Exists("/" + mark));
        Assert.Equal($"/dir/.wh.passwd\n/dir/tmp/{mark}\n/tmp/{mark}", await Docker.OkAsync("exec", id, "sh", "-c", $"find /dir /tmp -name '.wh*' -o -name {mark} | sort"));
    }

    [Fact]
    public async Task Directories_ThatTurnIntoLinksMeanwhile_LeadNowhereElse()
    {
        var mark = "dashboard-race-" + Guid.NewGuid().ToString("N");
        var host = Directory.CreateDirectory("/var/tmp/" + mark).FullName;
        var id = await Docker.OkAsync("run", "-d", "--init", TestImages.Busybox, "sh", "-c", $"mkdir -p /w {host}; while :; do mkdir /w/d 2>/dev/null; rm -rf /w/d; ln -s {host} /w/d; rm -f /w/d; done");
        var tar = new LayerBuilder().Directory("d").File("d/f", "x").File("d/g", "y").CharacterDevice("d/n", 1, 3).ToArray();
        try
        {
            // It may fail, as the directory goes under its hands; what counts is where it never wrote.
            for (var i = 0; i < 20; i++) await Docker.WithStdinAsync(tar, "cp", "-", id + ":/w");
            for (var i = 0; i < 10; i++) await Docker.RunAsync("cp", id + ":/w", Local("copy"));

            Assert.Empty(Directory.GetFileSystemEntries(host));
        }
        finally
        {
            Directory.Delete(host, recursive: true);
        }
    }

    [Fact]
    public async Task NamedVolume_OfAStoppedContainer_IsReached()
    {
        var id = await ContainerAsync(running: false, "-v", "copied:/data");
        await File.WriteAllTextAsync(Local("file"), "kept", Token);

        await Docker.OkAsync("cp", Local("file"), id + ":/data/file");

        Assert.Equal("kept", await Docker.OkAsync("run", "--rm", "-v", "copied:/x", TestImages.Busybox, "cat", "/x/file"));
    }

    [Fact]
    public async Task ClientsThatNeverRead_HoldNeitherStopNorRemoval()
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd waits for them");
        var id = await RunIdleAsync();
        await Docker.OkAsync("exec", id, "sh", "-c", "head -c 20000000 /dev/zero > /big");
        using var reader = await UnreadAsync(id);

        await Docker.OkAsync("stop", "-t", "5", id);
        using var stopped = await UnreadAsync(id);
        await Docker.OkAsync("rm", "-f", id);
    }

    [Fact]
    public async Task Start_WaitsForACopyIntoTheContainer()
    {
        var id = await ContainerAsync(running: false);
        using var upload = await Contracts.WireConnection.OpenAsync(Host.SocketPath);
        var tar = new LayerBuilder().File("tmp/one", "1").File("tmp/two", "2").ToArray();
        await upload.WriteAsync($"PUT /v1.41/containers/{id}/archive?path=/ HTTP/1.1\r\nHost: docker\r\nContent-Type: application/x-tar\r\nContent-Length: {tar.Length}\r\n\r\n");
        // Half of it, so that the copy has begun; what comes of it is only seen when the rest has come.
        await upload.WriteAsync(System.Text.Encoding.Latin1.GetString(tar, 0, 512));
        var start = Docker.OkAsync("start", id);

        await upload.WriteAsync(System.Text.Encoding.Latin1.GetString(tar, 512, tar.Length - 512));
        await start;

        Assert.Equal("1\n2", await Docker.OkAsync("exec", id, "sh", "-c", "cat /tmp/one; echo; cat /tmp/two"));
    }

    [Fact]
    public async Task Events_NameTheDirection()
    {
        var since = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString();
        var id = await ContainerAsync(running: false);
        await File.WriteAllTextAsync(Local("file"), "x", Token);
        await Docker.OkAsync("cp", Local("file"), id + ":/tmp/x");
        await Docker.OkAsync("cp", id + ":/tmp/x", Local("y"));

        var events = await Docker.OkAsync("events", "--since", since, "--until", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1}", "--filter", "container=" + id, "--format", "{{.Action}}");

        Assert.Equal("create\nextract-to-dir\narchive-path", events);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_work, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks for a file that is larger than all buffers, and reads the head of the answer only.</summary>
    private async Task<Contracts.WireConnection> UnreadAsync(string id)
    {
        var wire = await Contracts.WireConnection.OpenAsync(Host.SocketPath);
        await wire.SendAsync("GET", $"/v1.41/containers/{id}/archive?path=/big");
        Assert.Equal(200, wire.Status);
        return wire;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Local(string name) => Path.Combine(_work, name);

    private Task<string> ContainerAsync(bool running, params string[] options) =>
        running ? RunIdleAsync(options) : Docker.OkAsync(["create", .. options, TestImages.Busybox, "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"]);
}
