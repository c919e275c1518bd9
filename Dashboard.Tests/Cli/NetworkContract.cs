using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class NetworkContract(HostFixture fixture) : CliTest(fixture)
{
    private const string Web = "mkdir /www; echo served > /www/index.html; exec httpd -f -p 80 -h /www";

    [Fact]
    public async Task None_Interfaces_AreLoopbackOnly() =>
        Assert.Equal("lo", await Docker.OkAsync("run", "--rm", "--network", "none", TestImages.Busybox, "ls", "/sys/class/net"));

    [Fact]
    public async Task Host_Interfaces_AreTheHosts() =>
        Assert.Contains(Host.Network.Address, await Docker.OkAsync("run", "--rm", "--network", "host", TestImages.Busybox, "ip", "-4", "addr"));

    [Fact]
    public async Task Bridge_Container_HasAddressGatewayAndNames()
    {
        await RunIdleAsync("--name", "linked", "-h", "box");
        var address = await InspectAsync("linked", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");
        var gateway = await InspectAsync("linked", "{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}");

        Assert.Contains($"inet {address}/", await Docker.OkAsync("exec", "linked", "ip", "-4", "addr", "show", "eth0"));
        Assert.StartsWith($"default via {gateway} dev eth0", await Docker.OkAsync("exec", "linked", "ip", "route"));
        Assert.Matches($@"(?m)^{address}\s+box$", await Docker.OkAsync("exec", "linked", "cat", "/etc/hosts"));
    }

    [Fact]
    public async Task Bridge_TwoContainers_ReachEachOther()
    {
        await RunIdleAsync("--name", "one");
        var address = await InspectAsync("one", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}");

        await Docker.OkAsync("run", "--rm", TestImages.Busybox, "ping", "-c", "1", "-W", "5", address);
    }

    [Fact]
    public async Task Bridge_Outbound_IsTranslatedToTheHostsAddress()
    {
        await using var outside = new Command([.. Host.Network.Outside, "socat", "-d", "-d", "TCP-LISTEN:7000,reuseaddr", "SYSTEM:echo $SOCAT_PEERADDR"]).Start();
        await outside.ExpectErrorAsync("listening on");

        var seen = await Docker.OkAsync("run", "--rm", TestImages.Busybox, "nc", "-w", "5", Host.Network.OutsideAddress, "7000");

        Assert.Equal(Host.Network.Address, seen.Trim('[', ']'));
    }

    [Fact]
    public async Task Publish_Port_AnswersOnEveryWay()
    {
        await Docker.OkAsync("run", "-d", "--name", "web", "-p", "8088:80", TestImages.Busybox, "sh", "-c", Web);

        Assert.Equal("served", await CurlAsync(Host.Network.Inside, "http://127.0.0.1:8088/"));
        Assert.Equal("served", await CurlAsync(Host.Network.Inside, $"http://{Host.Network.Address}:8088/"));
        Assert.Equal("served", await CurlAsync(Host.Network.Outside, $"http://{Host.Network.Address}:8088/"));
        Assert.Contains("0.0.0.0:8088->80/tcp", await Docker.OkAsync("ps", "--format", "{{.Ports}}"));
        Assert.Contains("0.0.0.0:8088", await Docker.OkAsync("port", "web", "80"));
    }

    [Fact]
    public async Task Publish_Stopped_FreesThePortAndStartTakesItAgain()
    {
        await Docker.OkAsync("run", "-d", "--name", "web", "-p", "8088:80", TestImages.Busybox, "sh", "-c", Web.Replace("mkdir ", "mkdir -p ", StringComparison.Ordinal));
        await CurlAsync(Host.Network.Inside, "http://127.0.0.1:8088/");

        await Docker.OkAsync("stop", "-t", "0", "web");
        (await Host.Network.RunInsideAsync("curl", "-sS", "-m", "5", "http://127.0.0.1:8088/")).MustExit(7);
        await Docker.OkAsync("start", "web");

        Assert.Equal("served", await CurlAsync(Host.Network.Inside, "http://127.0.0.1:8088/"));
    }

    [Fact]
    public async Task Publish_OnLoopback_IsClosedToTheOutside()
    {
        await Docker.OkAsync("run", "-d", "-p", "127.0.0.1:8089:80", TestImages.Busybox, "sh", "-c", Web);

        Assert.Equal("served", await CurlAsync(Host.Network.Inside, "http://127.0.0.1:8089/"));
        Assert.NotEqual(0, (await Host.Network.RunOutsideAsync("curl", "-sS", "-m", "2", $"http://{Host.Network.Address}:8089/")).ExitCode);
    }

    [Fact]
    public async Task Publish_FreePort_IsChosenAndTold()
    {
        await Docker.OkAsync("run", "-d", "--name", "web", "-p", "80", TestImages.Busybox, "sh", "-c", Web);

        var port = (await Docker.OkAsync("port", "web", "80")).Split('\n')[0].Split(':')[^1];

        Assert.Equal("served", await CurlAsync(Host.Network.Inside, $"http://127.0.0.1:{port}/"));
    }

    [Fact]
    public async Task Publish_FromInside_ReachesItsOwnAndAnothersPort()
    {
        await Docker.OkAsync("run", "-d", "--name", "web", "-p", "8088:80", TestImages.Busybox, "sh", "-c", Web);
        await CurlAsync(Host.Network.Inside, "http://127.0.0.1:8088/");
        // Not wget: Debian's static busybox crashes in its resolver.
        string[] get = ["sh", "-c", $"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 {Host.Network.Address} 8088"];

        Assert.EndsWith("served", await Docker.OkAsync(["exec", "web", .. get]));
        Assert.EndsWith("served", await Docker.OkAsync(["run", "--rm", TestImages.Busybox, .. get]));
    }

    [Fact]
    public async Task Publish_PythonServer_ServesWithLimits()
    {
        await Docker.OkAsync("run", "-d", "--name", "web", "-p", "8088:80", "-m", "256m", "--cpus", "0.5", TestImages.Debian, "python3", "-m", "http.server", "80");

        Assert.Contains("Directory listing", await CurlAsync(Host.Network.Inside, "http://127.0.0.1:8088/"));
        Assert.Contains("\"GET / HTTP/1.1\" 200", (await Docker.RunAsync("logs", "web")).AllOutput);
    }

    [Fact]
    public async Task Options_HostsAndDns_AreInTheFiles()
    {
        var files = await Docker.OkAsync("run", "--rm", "--add-host", "db:10.1.2.3", "--dns", "9.9.9.9", "--dns-search", "example.org", TestImages.Busybox, "cat", "/etc/hosts", "/etc/resolv.conf");

        Assert.Matches(@"(?m)^10\.1\.2\.3\s+db$", files);
        Assert.Contains("nameserver 9.9.9.9", files);
        Assert.Contains("search example.org", files);
    }

    // The server inside needs a moment to listen, and tells nobody.
    private static async Task<string> CurlAsync(IReadOnlyList<string> from, string url) => await Eventually.GetAsync(
        async () => await new Command([.. from, "curl", "-sS", "-m", "5", url]).RunAsync() is { ExitCode: 0 } result ? result.Text : null,
        TimeSpan.FromSeconds(15),
        () => $"nothing answers on {url}");
}
