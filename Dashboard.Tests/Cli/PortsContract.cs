using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Published ports in all forms, links of the default bridge, and host-gateway.</summary>
public abstract class PortsContract(HostFixture fixture) : CliTest(fixture)
{
    private const string Web = "mkdir -p /www; echo served > /www/index.html; exec httpd -f -p 80 -h /www";

    [Fact]
    public async Task Range_ToARange_IsOneToOne()
    {
        await RunIdleAsync("--name", "many", "-p", "9000-9002:80-82");

        Assert.Equal("80/tcp -> 0.0.0.0:9000\n81/tcp -> 0.0.0.0:9001\n82/tcp -> 0.0.0.0:9002", await IPv4PortsAsync("many"));
    }

    [Fact]
    public async Task Range_ToOnePort_TakesTheNextFreeOne()
    {
        for (var number = 0; number < 3; number++)
        {
            await RunIdleAsync("--name", $"one-{number}", "-p", "9100-9102:80");
            Assert.Equal($"80/tcp -> 0.0.0.0:{9100 + number}", await IPv4PortsAsync($"one-{number}"));
        }

        AssertContains("all ports are allocated", (await Docker.RunAsync("run", "--rm", "-p", "9100-9102:80", TestImages.Busybox, "true")).MustExit(125));
    }

    [Fact]
    public async Task Udp_Published_AnswersFromOutsideAndLoopback()
    {
        await Docker.OkAsync("run", "-d", "--name", "echo", "-p", "9200:7/udp", TestImages.Debian, "python3", "-c", "import socket; s = socket.socket(2, 2); s.bind(('', 7))\nwhile 1: m, a = s.recvfrom(99); s.sendto(b'back ' + m, a)");

        foreach (var (from, to) in new[] { (Host.Network.Inside, "UDP4:127.0.0.1:9200"), (Host.Network.Outside, $"UDP4:{Host.Network.Address}:9200"), (Host.Network.Inside, "UDP6:[::1]:9200") })
        {
            await Eventually.GetAsync<object>(
                async () => (await new Command([.. from, "sh", "-c", $"echo hello | socat -t 1 - {to}"]).RunAsync()).Text == "back hello" ? "" : null,
                TimeSpan.FromSeconds(20),
                () => $"no answer by {to}");
        }
        // Another protocol is another port.
        await RunIdleAsync("-p", "9200:7/tcp");
    }

    [Fact]
    public async Task UserDefinedNetwork_PublishesAndMovesWithTheDefaultRoute()
    {
        await Docker.OkAsync("network", "create", "mmm");
        await Docker.OkAsync("network", "create", "aaa");
        await Docker.OkAsync("run", "-d", "--name", "web", "--network", "mmm", "-p", "9300:80", TestImages.Busybox, "sh", "-c", Web);
        await ServesAsync(9300);
        await Docker.OkAsync("network", "connect", "aaa", "web");
        await ServesAsync(9300);
        await Docker.OkAsync("network", "disconnect", "mmm", "web");
        await ServesAsync(9300);

        Assert.Contains("9300", await IPv4PortsAsync("web"));
        // By its published port it is reached from networks that do not see it otherwise.
        Assert.EndsWith("served", await Docker.OkAsync("run", "--rm", TestImages.Busybox, "sh", "-c", $"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 {Host.Network.Address} 9300"));
    }

    [Fact]
    public async Task HostBinding_OfTheNetwork_IsTheAddressOfPortsWithoutOne()
    {
        await Docker.OkAsync("network", "create", "-o", "com.docker.network.bridge.host_binding_ipv4=127.0.0.1", "local");
        await RunIdleAsync("--name", "bound", "--network", "local", "-p", "9400:80");

        Assert.Equal("80/tcp -> 127.0.0.1:9400", await IPv4PortsAsync("bound"));
    }

    [Fact]
    public async Task Taken_Port_IsNamed()
    {
        await RunIdleAsync("-p", "9500:80");
        await using var other = new Command([.. Host.Network.Inside, "socat", "-d", "-d", "TCP4-LISTEN:9501,fork", "/dev/null"]).Start();
        await other.ExpectErrorAsync("listening on");

        AssertContains("Bind for 0.0.0.0:9500 failed: port is already allocated", (await Docker.RunAsync("run", "--rm", "-p", "9500:80", TestImages.Busybox, "true")).MustExit(125));
        var taken = (await Docker.RunAsync("run", "--rm", "-p", "9501:80", TestImages.Busybox, "true")).MustExit(125);
        AssertContains("0.0.0.0:9501", taken);
        AssertContains("address already in use", taken);
        AssertContains("cannot assign requested address", (await Docker.RunAsync("run", "--rm", "-p", "198.18.255.254:9502:80", TestImages.Busybox, "true")).MustExit(125));
    }

    [Fact]
    public async Task Sctp_Published_IsRefused()
    {
        // Docker 20.10 refuses it too, and leaves a table of the mangle kind behind.
        if (Host.IsDashboard)
            AssertContains("the sctp protocol of a published port is not implemented", (await Docker.RunAsync("run", "--rm", "-p", "9600:80/sctp", TestImages.Busybox, "true")).MustExit(125));

        await Docker.OkAsync("run", "--rm", "--expose", "80/sctp", TestImages.Busybox, "true");
    }

    [Fact]
    public async Task HostGateway_IsTheHost()
    {
        await using var onHost = new Command([.. Host.Network.Inside, "socat", "-d", "-d", "TCP4-LISTEN:9700,fork,reuseaddr", "SYSTEM:echo host"]).Start();
        await onHost.ExpectErrorAsync("listening on");
        await Docker.OkAsync("network", "create", "front");

        foreach (var network in (string[])["bridge", "front"])
        {
            Assert.Equal("host", await Docker.OkAsync(
                "run", "--rm", "--network", network, "--add-host", "gate:host-gateway", TestImages.Busybox, "sh", "-c", "nc -w 5 $(sed -n 's/\\tgate$//p' /etc/hosts) 9700 </dev/null"));
        }
    }

    [Fact]
    public async Task Link_OnTheDefaultBridge_TellsNamesAndVariables()
    {
        var id = await RunIdleAsync("--name", "base", "-e", "FOO=bar", "--expose", "5432", "--expose", "53/udp");
        var address = await InspectAsync("base", "{{.NetworkSettings.IPAddress}}");

        var told = await Docker.OkAsync("run", "--rm", "--name", "asker", "--link", "base:the-db", "--link", "base", TestImages.Busybox, "sh", "-c", "env; cat /etc/hosts");

        Assert.Matches($@"(?m)^{address}\s+the-db {id[..12]} base$", told);
        Assert.Matches($@"(?m)^{address}\s+base {id[..12]}$", told);
        foreach (var variable in (string[])
                 [
                     $"THE_DB_PORT=udp://{address}:53", $"THE_DB_PORT_5432_TCP=tcp://{address}:5432", $"THE_DB_PORT_5432_TCP_ADDR={address}", "THE_DB_PORT_5432_TCP_PORT=5432",
                     "THE_DB_PORT_5432_TCP_PROTO=tcp", "THE_DB_NAME=/asker/the-db", "THE_DB_ENV_FOO=bar", "BASE_PORT_53_UDP_PROTO=udp",
                 ])
            Assert.Contains("\n" + variable + "\n", "\n" + told);
    }

    [Fact]
    public async Task Link_ToOneThatIsNotThere_SaysSo()
    {
        await Docker.OkAsync("create", "--name", "base", TestImages.Busybox, "sleep", "3600");
        await Docker.OkAsync("create", "--name", "asker", "--link", "base:db", TestImages.Busybox, "true");

        Assert.Equal("[\"/base:/asker/db\"]", await InspectAsync("asker", "{{json .HostConfig.Links}}"));
        AssertContains("Cannot link to a non running container: /base AS /asker/db", (await Docker.RunAsync("start", "asker")).MustExit(1));
        AssertContains("could not get container for nobody: No such container: nobody", (await Docker.RunAsync("create", "--link", "nobody:db", TestImages.Busybox, "true")).MustExit(1));
    }

    private async Task<string> IPv4PortsAsync(string container) =>
        string.Join('\n', (await Docker.OkAsync("port", container)).Split('\n').Where(line => line.Contains('.')));

    private Task ServesAsync(int port) => Eventually.GetAsync<object>(
        async () => (await Host.Network.RunOutsideAsync("curl", "-sS", "-m", "3", $"http://{Host.Network.Address}:{port}/")).Text == "served"
            && (await Host.Network.RunInsideAsync("curl", "-sS", "-m", "3", $"http://127.0.0.1:{port}/")).Text == "served" ? "" : null,
        TimeSpan.FromSeconds(20),
        () => $"port {port} does not answer");
}
