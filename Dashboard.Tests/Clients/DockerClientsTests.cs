using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>The commands that people type most, by Debian's client 20.10 (API 1.41) and by one of 28 (API 1.50) where the machine has it.</summary>
[Collection(typeof(ClientsDashboardHost))]
public sealed class DockerClientsTests(ClientsDashboardFixture fixture) : CliTest(fixture)
{
    [Theory]
    [InlineData("20.10")]
    [InlineData("28")]
    public async Task Containers_OfEveryDay(string version)
    {
        var docker = await ClientAsync(version);

        Assert.Equal("hi", await docker.OkAsync("run", "--rm", TestImages.Busybox, "echo", "hi"));
        (await docker.RunAsync("run", "--rm", TestImages.Busybox, "sh", "-c", "exit 7")).MustExit(7);
        var id = await docker.OkAsync("run", "-d", "--name", "web", "-p", "127.0.0.1:8099:8080", "-e", "GREETING=day", "-l", "team=red", "-m", "64m", "--health-interval", "200ms", ClientImages.Product, "a", "b");
        await Eventually.GetAsync<object>(async () => (await docker.OkAsync("ps", "--format", "{{.Status}}")).EndsWith("(healthy)", StringComparison.Ordinal) ? "" : null, TimeSpan.FromSeconds(20), () => "not healthy");
        Assert.Equal("day from " + id[..12], (await Host.Network.RunInsideAsync("curl", "-sS", "http://127.0.0.1:8099/")).Text);
        Assert.Equal("web 127.0.0.1:8099->8080/tcp", await docker.OkAsync("ps", "--no-trunc", "-f", "label=team=red", "--format", "{{.Names}} {{.Ports}}"));
        Assert.Equal("127.0.0.1:8099", await docker.OkAsync("port", "web", "8080"));
        Assert.Equal("serving a b", await docker.OkAsync("logs", "--tail", "1", "web"));
        Assert.Equal("/state", await docker.OkAsync("exec", "web", "pwd"));
        (await docker.RunAsync("exec", "-e", "X=y", "-u", "app", "web", "sh", "-c", "exit 9")).MustExit(9);
        Assert.Equal("typed", (await docker.WithStdinAsync("typed"u8.ToArray(), "exec", "-i", "web", "cat")).MustSucceed().Text);
        Assert.Contains("/bin/sh /usr/bin/entry a b", await docker.OkAsync("top", "web"));
        Assert.Matches(@"^web \d", await docker.OkAsync("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}}"));
        Assert.Equal("running 67108864", await docker.OkAsync("inspect", "-f", "{{.State.Status}} {{.HostConfig.Memory}}", "web"));
        await docker.OkAsync("pause", "web");
        Assert.Contains("(Paused)", await docker.OkAsync("ps", "--format", "{{.Status}}"));
        await docker.OkAsync("unpause", "web");
        await docker.OkAsync("update", "-m", "96m", "--memory-swap", "192m", "web");
        await docker.OkAsync("rename", "web", "shop");
        await docker.OkAsync("restart", "-t", "5", "shop");
        await docker.OkAsync("stop", "-t", "5", "shop");
        Assert.Equal("0", await docker.OkAsync("wait", "shop"));
        Assert.Contains("leaving", await docker.OkAsync("logs", "shop"));
        await docker.OkAsync("start", "shop");
        await docker.OkAsync("kill", "shop");
        Assert.Contains("C /tmp", (await docker.OkAsync("diff", "shop")).Split('\n'));
        await docker.OkAsync("rm", "-v", "shop");
        Assert.Equal("", await docker.OkAsync("ps", "-aq"));
    }

    [Theory]
    [InlineData("20.10")]
    [InlineData("28")]
    public async Task FilesAndImages_OfEveryDay(string version)
    {
        var docker = await ClientAsync(version);
        var directory = Directory.CreateTempSubdirectory("dashboard-clients-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "in"), "by cp", TestContext.Current.CancellationToken);
            await docker.OkAsync("create", "--name", "box", TestImages.Busybox, "cat", "/in");
            await docker.OkAsync("cp", Path.Combine(directory, "in"), "box:/in");
            Assert.Equal("by cp", await docker.OkAsync("start", "-a", "box"));
            await docker.OkAsync("cp", "box:/in", Path.Combine(directory, "out"));
            Assert.Equal("by cp", await File.ReadAllTextAsync(Path.Combine(directory, "out"), TestContext.Current.CancellationToken));

            var made = await docker.OkAsync("commit", "-m", "why", "-c", "CMD [\"cat\", \"/in\"]", "box", "daily:1");
            Assert.Equal("by cp", await docker.OkAsync("run", "--rm", "daily:1"));
            await docker.OkAsync("tag", "daily:1", "daily:2");
            Assert.Equal(2, (await docker.RunAsync("images", "-q", "daily")).MustSucceed().Lines.Length);
            Assert.Equal(made, await docker.OkAsync("image", "inspect", "-f", "{{.Id}}", "daily:2"));
            Assert.Contains("why", await docker.OkAsync("history", "daily:1"));
            await docker.OkAsync("save", "-o", Path.Combine(directory, "saved.tar"), "daily:1", "daily:2");
            await docker.OkAsync("rmi", "daily:1", "daily:2");
            Assert.Contains("Loaded image: daily:1", await docker.OkAsync("load", "-i", Path.Combine(directory, "saved.tar")));
            await docker.OkAsync("export", "-o", Path.Combine(directory, "exported.tar"), "box");
            await docker.OkAsync("import", Path.Combine(directory, "exported.tar"), "daily:3");
            Assert.Equal("by cp", await docker.OkAsync("run", "--rm", "daily:3", "cat", "/in"));
            Assert.Contains("box", await docker.OkAsync("container", "ls", "-a", "--format", "{{.Names}}"));
            await docker.OkAsync("container", "prune", "-f");
            await docker.OkAsync("rmi", "-f", "daily:1", "daily:2", "daily:3");
            await docker.OkAsync("image", "prune", "-f");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Theory]
    [InlineData("20.10")]
    [InlineData("28")]
    public async Task NetworksVolumesAndSystem_OfEveryDay(string version)
    {
        var docker = await ClientAsync(version);

        Assert.StartsWith(version == "28" ? "28." : "20.10", await docker.OkAsync("version", "-f", "{{.Client.Version}}"));
        Assert.Equal("linux", await docker.OkAsync("version", "-f", "{{.Server.Os}}"));
        Assert.Equal("linux", await docker.OkAsync("info", "-f", "{{.OSType}}"));
        await using var events = docker.Start("events", "--filter", "type=volume", "--format", "{{.Action}} {{.Actor.ID}}", "--since", "1s");
        await docker.OkAsync("volume", "create", "daily");
        await events.ExpectAsync("create daily\n");
        await docker.OkAsync("network", "create", "--subnet", "10.96.5.0/24", "daily");
        await docker.OkAsync("run", "-d", "--name", "one", "--network", "daily", "--network-alias", "first", "-v", "daily:/d", ClientImages.Product);
        await docker.OkAsync("run", "-d", "--name", "two", "-v", "daily:/d:ro", ClientImages.Product);
        await docker.OkAsync("network", "connect", "--ip", "10.96.5.50", "daily", "two");
        await docker.OkAsync("exec", "two", "ping", "-c", "1", "-W", "5", "first");
        await docker.OkAsync("exec", "one", "sh", "-c", "echo shared > /d/f");
        Assert.Equal("shared", await docker.OkAsync("exec", "two", "cat", "/d/f"));
        Assert.Contains("10.96.5.50/24", await docker.OkAsync("network", "inspect", "daily"));
        await docker.OkAsync("network", "disconnect", "daily", "two");
        Assert.Equal("daily", await docker.OkAsync("volume", "inspect", "-f", "{{.Name}}", "daily"));
        Assert.Contains("daily", await docker.OkAsync("volume", "ls", "-q"));
        Assert.Contains("daily", await docker.OkAsync("network", "ls", "--format", "{{.Name}}"));
        Assert.Contains("Images", await docker.OkAsync("system", "df"));
        await docker.OkAsync("rm", "-f", "-v", "one", "two");
        await docker.OkAsync("network", "rm", "daily");
        await docker.OkAsync("volume", "rm", "daily");
        await events.ExpectAsync("destroy daily\n");
        events.Kill();
    }

    private async Task<DockerCli> ClientAsync(string version)
    {
        var program = version == "28" ? await DebianPackages.NewDockerClientAsync() : await DebianPackages.OldDockerClientAsync();
        Assert.SkipWhen(program is null, "this machine has no docker client of version 28 or newer");
        return new DockerCli(program, Host.SocketPath, []);
    }
}
