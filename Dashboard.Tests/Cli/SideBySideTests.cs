using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Ours and a dockerd on one host network: dockerd sets FORWARD to DROP, and neither may break the other.</summary>
public sealed class SideBySideTests : IAsyncLifetime
{
    private const string Web = "mkdir -p /www; echo $NAME > /www/index.html; exec httpd -f -p 80 -h /www";
    private TestNetwork? _network;
    private DashboardServer? _ours;
    private RealDockerd? _docker;

    private TestNetwork Network => _network!;

    public async ValueTask InitializeAsync()
    {
        _network = await TestNetwork.CreateAsync();
        // We come first, so that dockerd's rules are made after ours: the harder order.
        _ours = await DashboardServer.StartAsync(_network);
        _docker = await RealDockerd.StartAsync(_network);
        foreach (var host in (IDockerHost[])[_ours, _docker])
            (await host.Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
    }

    public async ValueTask DisposeAsync()
    {
        if (_docker is not null) await _docker.DisposeAsync();
        if (_ours is not null) await _ours.DisposeAsync();
        if (_network is not null) await _network.DisposeAsync();
    }

    [Fact]
    public async Task BothEngines_PublishedPortsAndOutbound_Work()
    {
        await RunWebAsync(_ours!, "ours", 8100);
        await RunWebAsync(_docker!, "docker", 8200);

        await AssertServesAsync("ours", 8100);
        await AssertServesAsync("docker", 8200);
        await AssertReachesOutsideAsync(_ours!);
        await AssertReachesOutsideAsync(_docker!);

        await _docker!.Docker.OkAsync("rm", "-f", "docker");
        await AssertServesAsync("ours", 8100);
        await _ours!.Docker.OkAsync("rm", "-f", "ours");
        await AssertReachesOutsideAsync(_docker);
    }

    [Fact]
    public async Task SamePort_SecondEngine_IsToldThatItIsTaken()
    {
        await RunWebAsync(_docker!, "docker", 8300);

        var result = (await _ours!.Docker.RunAsync("run", "--rm", "-p", "8300:80", TestImages.Busybox, "true")).MustExit(125);

        Assert.Contains("address already in use", result.AllOutput);
        await AssertServesAsync("docker", 8300);
    }

    [Fact]
    public async Task NetworksOfOneName_OnBothEngines_AreTwoNetworks()
    {
        string[] ours = [], theirs = [];
        foreach (var host in (IDockerHost[])[_docker!, _ours!])
        {
            await host.Docker.OkAsync("network", "create", "front");
            await host.Docker.OkAsync("run", "-d", "--name", "web", "--network", "front", "-p", host.IsDashboard ? "8400:80" : "8500:80", "-e", "NAME=" + (host.IsDashboard ? "ours" : "docker"), TestImages.Busybox, "sh", "-c", Web);
            await host.Docker.OkAsync("run", "--rm", "--network", "front", TestImages.Busybox, "ping", "-c", "1", "-W", "5", await AddressAsync(host));
            if (!host.IsDashboard) theirs = await RulesAsync();
        }
        await AssertServesAsync("ours", 8400);
        await AssertServesAsync("docker", 8500);
        Assert.NotEqual(await AddressAsync(_ours!), await AddressAsync(_docker!));

        // What we did took nothing from their rules, and what they undo takes nothing from ours.
        Assert.Empty(theirs.Except(await RulesAsync()));
        ours = await OurRulesAsync();
        await _docker!.Docker.OkAsync("rm", "-f", "web");
        await _docker.Docker.OkAsync("network", "rm", "front");
        Assert.Equal(ours, await OurRulesAsync());
        await AssertServesAsync("ours", 8400);
        await _ours!.Docker.OkAsync("rm", "-f", "web");
        await _ours.Docker.OkAsync("network", "rm", "front");
    }

    private static Task<string> AddressAsync(IDockerHost host) => host.Docker.OkAsync("inspect", "--format", "{{.NetworkSettings.Networks.front.IPAddress}}", "web");

    private async Task<string[]> RulesAsync() =>
        [.. (await Network.RunInsideAsync("iptables-save")).MustSucceed().Lines.Where(line => line.StartsWith("-A", StringComparison.Ordinal))];

    private async Task<string[]> OurRulesAsync() => (await Network.RunInsideAsync("nft", "list", "table", "ip", _ours!.CgroupMark.Replace('-', '_'))).MustSucceed().Lines;

    [Fact]
    public async Task SavedImage_OfEitherEngine_LoadsInTheOther()
    {
        foreach (var (from, to, name) in ((IDockerHost, IDockerHost, string)[])[(_ours!, _docker!, "crossed:1"), (_docker!, _ours!, "crossed:2")])
        {
            await from.Docker.OkAsync("run", "--name", "maker", TestImages.Busybox, "sh", "-c", "echo made > /made; rm /etc/group");
            await from.Docker.OkAsync("commit", "maker", name);
            var archive = (await from.Docker.RunAsync("save", name)).MustSucceed().StdoutBytes;

            (await to.Docker.WithStdinAsync(archive, "load")).MustSucceed();

            Assert.Equal("made", await to.Docker.OkAsync("run", "--rm", name, "cat", "/made"));
            (await to.Docker.RunAsync("run", "--rm", name, "ls", "/etc/group")).MustExit(1);
            Assert.Equal(await from.Docker.OkAsync("image", "inspect", "--format", "{{.Id}}", name), await to.Docker.OkAsync("image", "inspect", "--format", "{{.Id}}", name));
        }
    }

    private static Task RunWebAsync(IDockerHost host, string name, int port) =>
        host.Docker.OkAsync("run", "-d", "--name", name, "-e", "NAME=" + name, "-p", $"{port}:80", TestImages.Busybox, "sh", "-c", Web);

    private async Task AssertServesAsync(string name, int port)
    {
        foreach (var (from, address) in new[] { (Network.Inside, "127.0.0.1"), (Network.Inside, Network.Address), (Network.Outside, Network.Address) })
        {
            await Eventually.GetAsync<object>(
                async () => (await new Command([.. from, "curl", "-sS", "-m", "5", $"http://{address}:{port}/"]).RunAsync()).Text == name ? "" : null,
                TimeSpan.FromSeconds(15),
                () => $"{name} does not answer on {address}:{port}");
        }
    }

    private async Task AssertReachesOutsideAsync(IDockerHost host) =>
        await host.Docker.OkAsync("run", "--rm", TestImages.Busybox, "ping", "-c", "1", "-W", "5", Network.OutsideAddress);
}
