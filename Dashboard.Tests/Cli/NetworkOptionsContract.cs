using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>IPv6, internal networks, and the bridge's options.</summary>
public abstract class NetworkOptionsContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task IPv6_Network_GivesAddressesRoutesAndNames()
    {
        await Docker.OkAsync("network", "create", "--ipv6", "--subnet", "fd00:7::/64", "six");
        await RunIdleAsync("--name", "one", "--network", "six", "--ip6", "fd00:7::77");
        await RunIdleAsync("--name", "two", "--network", "six");

        Assert.Contains("inet6 fd00:7::77/64", await Docker.OkAsync("exec", "one", "ip", "-6", "addr", "show", "eth0"));
        Assert.Contains("default via fd00:7::1", await Docker.OkAsync("exec", "one", "ip", "-6", "route"));
        Assert.Matches(@"(?m)^fd00:7::77\s", await Docker.OkAsync("exec", "one", "cat", "/etc/hosts"));
        Assert.Equal("fd00:7::77 64 fd00:7::1", await InspectAsync("one", "{{with .NetworkSettings.Networks.six}}{{.GlobalIPv6Address}} {{.GlobalIPv6PrefixLen}} {{.IPv6Gateway}}{{end}}"));
        Assert.Equal("true", await Docker.OkAsync("network", "inspect", "--format", "{{.EnableIPv6}}", "six"));
        Assert.Contains("fd00:7::77/64", await Docker.OkAsync("network", "inspect", "--format", "{{json .Containers}}", "six"));
        await Docker.OkAsync("exec", "two", "ping", "-6", "-c", "1", "-W", "5", "fd00:7::77");
        Assert.Contains("fd00:7::77", await Docker.OkAsync("run", "--rm", "--network", "six", TestImages.Debian, "getent", "ahostsv6", "one"));
    }

    [Fact]
    public async Task WithoutIPv6_ThereIsNoAddressOfIt()
    {
        await Docker.OkAsync("network", "create", "four");

        foreach (var network in (string[])["bridge", "four"])
            Assert.Equal("", await Docker.OkAsync("run", "--rm", "--network", network, TestImages.Busybox, "ip", "-6", "addr", "show", "eth0"));
    }

    [Fact]
    public async Task Internal_Network_LeadsNowhere()
    {
        await Docker.OkAsync("network", "create", "--internal", "inner");
        await RunIdleAsync("--name", "one", "--network", "inner", "-p", "9800:80");
        await RunIdleAsync("--name", "two", "--network", "inner");
        var address = await InspectAsync("two", "{{.NetworkSettings.Networks.inner.IPAddress}}");

        await Docker.OkAsync("exec", "one", "ping", "-c", "1", "-W", "5", address);
        Assert.NotEqual(0, (await Docker.RunAsync("exec", "one", "ping", "-c", "1", "-W", "1", Host.Network.OutsideAddress)).ExitCode);
        // Not even where a program makes itself a route.
        await Docker.OkAsync("run", "--rm", "--cap-add", "NET_ADMIN", "--network", "inner", TestImages.Busybox, "sh", "-c", $"ip route add default via {address}; ! ping -c 1 -W 1 {Host.Network.OutsideAddress}");
        Assert.Equal("", await Docker.OkAsync("port", "one"));
        Assert.Equal("true", await Docker.OkAsync("network", "inspect", "--format", "{{.Internal}}", "inner"));
    }

    [Fact]
    public async Task Icc_Off_ContainersReachTheOutsideButNotEachOther()
    {
        await Docker.OkAsync("network", "create", "-o", "com.docker.network.bridge.enable_icc=false", "apart");
        await RunIdleAsync("--name", "one", "--network", "apart");
        await RunIdleAsync("--name", "two", "--network", "apart");
        var address = await InspectAsync("two", "{{.NetworkSettings.Networks.apart.IPAddress}}");
        var gateway = await InspectAsync("two", "{{.NetworkSettings.Networks.apart.Gateway}}");

        await Docker.OkAsync("exec", "one", "ping", "-c", "1", "-W", "5", Host.Network.OutsideAddress);
        Assert.NotEqual(0, (await Docker.RunAsync("exec", "one", "ping", "-c", "1", "-W", "1", address)).ExitCode);
        // Nor by way of the host.
        await Docker.OkAsync("run", "--rm", "--cap-add", "NET_ADMIN", "--network", "apart", TestImages.Busybox, "sh", "-c", $"ip route add {address} via {gateway}; ! ping -c 1 -W 1 {address}");
    }

    [Fact]
    public async Task Mtu_OfTheNetwork_IsThatOfItsInterfaces()
    {
        await Docker.OkAsync("network", "create", "-o", "com.docker.network.driver.mtu=1280", "narrow");

        Assert.Contains("mtu 1280", await Docker.OkAsync("run", "--rm", "--network", "narrow", TestImages.Busybox, "ip", "addr", "show", "eth0"));
    }

    [Fact]
    public async Task Masquerade_Off_KeepsTheContainersAddress()
    {
        await Docker.OkAsync("network", "create", "--subnet", "10.95.0.0/24", "-o", "com.docker.network.bridge.enable_ip_masquerade=false", "plain");
        (await Host.Network.RunOutsideAsync("ip", "route", "add", "10.95.0.0/24", "via", Host.Network.Address)).MustSucceed();
        await using var outside = new Command([.. Host.Network.Outside, "socat", "-d", "-d", "TCP4-LISTEN:7001,reuseaddr", "SYSTEM:echo $SOCAT_PEERADDR"]).Start();
        await outside.ExpectErrorAsync("listening on");

        var seen = await Docker.OkAsync("run", "--rm", "--network", "plain", "--ip", "10.95.0.9", TestImages.Busybox, "nc", "-w", "5", Host.Network.OutsideAddress, "7001");

        Assert.Equal("10.95.0.9", seen);
        (await Host.Network.RunOutsideAsync("ip", "route", "del", "10.95.0.0/24")).MustSucceed();
    }

    [Fact]
    public async Task UnknownOption_OfDockers_IsRefusedAndOfOthersKept()
    {
        Assert.Equal("bar", await Docker.OkAsync("network", "inspect", "--format", "{{.Options.foo}}", await Docker.OkAsync("network", "create", "-o", "foo=bar", "odd")));
        if (!Host.IsDashboard) return;

        AssertContains("com.docker.network.bridge.gateway_mode_ipv4", (await Docker.RunAsync("network", "create", "-o", "com.docker.network.bridge.gateway_mode_ipv4=routed", "new")).MustExit(1));
        AssertContains("macvlan", (await Docker.RunAsync("network", "create", "-d", "macvlan", "new")).MustExit(1));
    }
}
