using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;

namespace Dashboard.Tests.Engine.Containers;

/// <summary>The container room over the real runtime.</summary>
public sealed class RealRunTests : IAsyncLifetime
{
    private RealEngine engine = null!;

    public async ValueTask InitializeAsync() => engine = await RealEngine.StartAsync();

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Run_EchoWithRemoval_GivesOutputAndCodeAndLeavesNothing()
    {
        var (code, output) = await engine.RunAsync("sh", "-c", "echo hi; exit 42");

        Assert.Equal("hi\n", output);
        Assert.Equal(42, code);
        Assert.Empty(engine.Containers.List());
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(engine.Options.RunRoot, "containers")));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(engine.Options.DataRoot, "containers")));
        Assert.Empty(engine.Log.Errors);
    }

    [Fact]
    public async Task Start_MissingCommand_FailsWith127AndDockersWords()
    {
        var id = await engine.CreateAsync("nope");

        var error = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.StartAsync(id, TestContext.Current.CancellationToken));

        Assert.Contains("exec: \"nope\": executable file not found in $PATH", error.Message);
        Assert.Equal(127, error.ExitCode);
        var state = engine.Containers.Get(id).State;
        Assert.Equal((ContainerStatus.Created, 127), (state.Status, state.ExitCode));
    }

    [Fact]
    public async Task Run_OnTheBridgeWithPublishedPort_IsReachable()
    {
        var port = FreePort();
        var id = await engine.CreateAsync(
            host => host with { NetworkMode = "", PortBindings = new Dictionary<string, IReadOnlyList<PortBinding>?> { ["80/tcp"] = [new PortBinding { HostPort = port.ToString() }] } },
            config => config,
            "sh", "-c", "mkdir -p /www; echo hello > /www/index.html; httpd -f -p 80 -h /www");
        await engine.Containers.StartAsync(id, TestContext.Current.CancellationToken);

        using var http = new HttpClient();
        string? answer = null;
        for (var attempt = 0; answer is null && attempt < 50; attempt++)
        {
            try
            {
                answer = await http.GetStringAsync($"http://127.0.0.1:{port}/", TestContext.Current.CancellationToken);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal("hello\n", answer);
        Assert.Equal("hello\n", await http.GetStringAsync($"http://[::1]:{port}/", TestContext.Current.CancellationToken));
        Assert.Contains(engine.Containers.Get(id).BoundPorts, bound => bound.HostPort == port);
    }

    [Fact]
    public async Task Start_PortTaken_FailsAndLeavesNothing()
    {
        using var holder = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        holder.Start();
        var port = ((System.Net.IPEndPoint)holder.LocalEndpoint).Port;
        var id = await engine.CreateAsync(
            host => host with { NetworkMode = "", PortBindings = new Dictionary<string, IReadOnlyList<PortBinding>?> { ["80/tcp"] = [new PortBinding { HostPort = port.ToString() }] } },
            config => config,
            "sleep", "1000");

        var error = await Assert.ThrowsAsync<EngineException>(() => engine.Containers.StartAsync(id, TestContext.Current.CancellationToken));

        Assert.Contains("address already in use", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(engine.Options.RunRoot, "containers")));
    }

    [Theory]
    [InlineData("1000", "uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)", "/home/app")]
    [InlineData("app", "uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)", "/home/app")]
    [InlineData("app:daemon", "uid=1000(app) gid=1(daemon) groups=1(daemon)", "/home/app")]
    [InlineData("4242:4343", "uid=4242 gid=4343 groups=4343", "/")]
    public async Task Run_WithUser_HasItsIdsAndHome(string user, string ids, string home)
    {
        var (code, output) = await engine.RunAsync(host => host, config => config with { User = user }, "sh", "-c", "id; echo $HOME");

        Assert.Equal($"{ids}\n{home}\n", output);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task Run_UnknownUser_FailsInDockersWords()
    {
        var error = await Assert.ThrowsAsync<EngineException>(() => engine.RunAsync(host => host, config => config with { User = "nobody-here" }, "id"));

        Assert.Equal("unable to find user nobody-here: no matching entries in passwd file", error.Message);
    }

    [Fact]
    public async Task Run_WorkingDirectoryThatIsMissing_IsMade()
    {
        var (_, output) = await engine.RunAsync(host => host, config => config with { WorkingDir = "/a/b" }, "pwd");

        Assert.Equal("/a/b\n", output);
    }

    [Fact]
    public async Task Run_WithMountsAndLimits_HasThem()
    {
        var source = Path.Combine(engine.Root, "shared");
        Directory.CreateDirectory(source);
        File.WriteAllText(Path.Combine(source, "file"), "content\n");
        var (code, output) = await engine.RunAsync(
            host => host with
            {
                Binds = [$"{source}:/in:ro", $"{source}:/out"],
                Tmpfs = new Dictionary<string, string> { ["/scratch"] = "size=1m" },
                ReadonlyRootfs = true,
                ShmSize = 1 << 20,
                Memory = 64 << 20,
                NanoCpus = 500_000_000,
                PidsLimit = 50,
                Ulimits = [new Ulimit { Name = "nofile", Soft = 100, Hard = 200 }],
                Sysctls = new Dictionary<string, string> { ["net.ipv4.ip_forward"] = "0" },
                Init = true,
            },
            config => config,
            "sh", "-c", "cat /in/file; echo x > /in/y || echo refused; echo x > /out/y && echo written; echo x > /y || echo readonly; ulimit -n; df -k /dev/shm | tail -1 | awk '{print $2}'; touch /scratch/z && echo scratch; cat /etc/hostname | wc -c; cat /proc/sys/net/ipv4/ip_unprivileged_port_start");

        Assert.Equal(0, code);
        foreach (var line in (string[])["content", "refused", "written", "readonly", "100", "1024", "scratch", "13", "0"])
            Assert.Contains(line, output.Split('\n'));
    }

    [Fact]
    public async Task Run_Privileged_SeesDevicesAndMounts()
    {
        var (code, output) = await engine.RunAsync(host => host with { Privileged = true }, config => config, "sh", "-c", "mount -t tmpfs x /mnt 2>/dev/null || mkdir /mnt && mount -t tmpfs x /mnt && echo mounted; grep -c . /proc/mounts > /dev/null && echo ok");

        Assert.Contains("mounted", output);
        Assert.Equal(0, code);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Any, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
