using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Containers on networks: their addresses, who reaches whom, joining and leaving while they run.</summary>
public abstract class ConnectContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Run_OnANetwork_HasItsAddressAndNames()
    {
        await Docker.OkAsync("network", "create", "--subnet", "10.70.0.0/24", "front");
        var id = await RunIdleAsync("--name", "web", "--network", "front", "--ip", "10.70.0.77", "--network-alias", "www", "--hostname", "box");

        Assert.Contains("inet 10.70.0.77/24", await Docker.OkAsync("exec", "web", "ip", "addr", "show", "eth0"));
        Assert.StartsWith("default via 10.70.0.1 dev eth0", await Docker.OkAsync("exec", "web", "ip", "route"));
        Assert.Matches(@"(?m)^10\.70\.0\.77\s+box$", await Docker.OkAsync("exec", "web", "cat", "/etc/hosts"));
        Assert.Equal(
            // Names that the engine adds were aliases until API 1.45.
            $$"""front:{"IPv4Address":"10.70.0.77"} {{(Host.IsDashboard ? """["www"]""" : $"""["www","{id[..12]}","box"]""")}} 10.70.0.1 10.70.0.77 24 02:42:0a:46:00:4d""",
            await InspectAsync("web", "{{range $k, $v := .NetworkSettings.Networks}}{{$k}}:{{json .IPAMConfig}} {{json .Aliases}} {{.Gateway}} {{.IPAddress}} {{.IPPrefixLen}} {{.MacAddress}}{{end}}"));
        Assert.Equal("", await InspectAsync("web", "{{.NetworkSettings.IPAddress}}"));
        Assert.Equal("front", await InspectAsync("web", "{{.HostConfig.NetworkMode}}"));
    }

    [Fact]
    public async Task TwoNetworks_DoNotReachEachOther()
    {
        await Docker.OkAsync("network", "create", "one");
        await Docker.OkAsync("network", "create", "two");
        await RunIdleAsync("--name", "aa", "--network", "one");
        await RunIdleAsync("--name", "bb", "--network", "two");
        await RunIdleAsync("--name", "cc");
        await RunIdleAsync("--name", "dd", "--network", "two");

        Assert.True(await PingsAsync("dd", "bb"));
        Assert.False(await PingsAsync("aa", "bb"));
        Assert.False(await PingsAsync("cc", "bb"));
        Assert.False(await PingsAsync("bb", "cc"));
        await Docker.OkAsync("exec", "aa", "ping", "-c", "1", "-W", "5", Host.Network.OutsideAddress);
    }

    [Fact]
    public async Task Connect_Running_AddsAnInterfaceAndDisconnectTakesItAway()
    {
        await Docker.OkAsync("network", "create", "--subnet", "10.71.0.0/24", "zone");
        await RunIdleAsync("--name", "moving", "--hostname", "box");
        await RunIdleAsync("--name", "there", "--network", "zone");

        await Docker.OkAsync("network", "connect", "--ip", "10.71.0.50", "--alias", "guest", "zone", "moving");

        Assert.Contains("inet 10.71.0.50/24", await Docker.OkAsync("exec", "moving", "ip", "addr", "show", "eth1"));
        Assert.Contains("dev eth0", (await Docker.OkAsync("exec", "moving", "ip", "route")).Split('\n')[0]);
        Assert.Matches(@"(?m)^10\.71\.0\.50\s+box$", await Docker.OkAsync("exec", "moving", "cat", "/etc/hosts"));
        Assert.Contains("\"guest\"", await InspectAsync("moving", "{{json .NetworkSettings.Networks.zone.Aliases}}"));
        Assert.True(await PingsAsync("moving", "there"));
        AssertContains("endpoint with name moving already exists in network zone", (await Docker.RunAsync("network", "connect", "zone", "moving")).MustExit(1));

        await Docker.OkAsync("network", "disconnect", "zone", "moving");

        Assert.NotEqual(0, (await Docker.RunAsync("exec", "moving", "ip", "addr", "show", "eth1")).ExitCode);
        Assert.DoesNotContain("10.71.0.50", await Docker.OkAsync("exec", "moving", "cat", "/etc/hosts"));
        Assert.Equal("bridge", await InspectAsync("moving", "{{range $k, $v := .NetworkSettings.Networks}}{{$k}}{{end}}"));
        AssertContains("is not connected to network zone", (await Docker.RunAsync("network", "disconnect", "zone", "moving")).MustExit(1));
    }

    [Fact]
    public async Task DefaultRoute_GoesToTheFirstNameAndComesBack()
    {
        await Docker.OkAsync("network", "create", "--subnet", "10.72.0.0/24", "mmm");
        await Docker.OkAsync("network", "create", "--subnet", "10.73.0.0/24", "aaa");
        await RunIdleAsync("--name", "moving", "--network", "mmm");

        await Docker.OkAsync("network", "connect", "aaa", "moving");
        Assert.StartsWith("default via 10.73.0.1 dev eth1", await Docker.OkAsync("exec", "moving", "ip", "route"));
        await Docker.OkAsync("network", "disconnect", "aaa", "moving");
        Assert.StartsWith("default via 10.72.0.1 dev eth0", await Docker.OkAsync("exec", "moving", "ip", "route"));
        await Docker.OkAsync("network", "disconnect", "mmm", "moving");
        Assert.DoesNotContain("default", await Docker.OkAsync("exec", "moving", "ip", "route"));
        await Docker.OkAsync("network", "connect", "mmm", "moving");
        Assert.StartsWith("default via 10.72.0.1 dev eth", await Docker.OkAsync("exec", "moving", "ip", "route"));
    }

    [Fact]
    public async Task Connect_Stopped_HoldsFromTheNextStart()
    {
        await Docker.OkAsync("network", "create", "--subnet", "10.74.0.0/24", "later");
        await Docker.OkAsync("create", "--name", "sleeper", TestImages.Busybox, "sleep", "3600");

        await Docker.OkAsync("network", "connect", "--ip", "10.74.0.9", "later", "sleeper");
        Assert.Equal("{}", await Docker.OkAsync("network", "inspect", "--format", "{{json .Containers}}", "later"));
        await Docker.OkAsync("start", "sleeper");
        Assert.Contains("10.74.0.9/24", await Docker.OkAsync("exec", "sleeper", "ip", "addr"));
        await Docker.OkAsync("stop", "-t", "0", "sleeper");
        await Docker.OkAsync("network", "disconnect", "later", "sleeper");
        await Docker.OkAsync("network", "disconnect", "bridge", "sleeper");
        AssertContains("is not connected to the network bridge", (await Docker.RunAsync("network", "disconnect", "bridge", "sleeper")).MustExit(1));
        await Docker.OkAsync("start", "sleeper");

        Assert.Equal("lo", await Docker.OkAsync("exec", "sleeper", "ls", "/sys/class/net"));
        Assert.Equal("{}", await InspectAsync("sleeper", "{{json .NetworkSettings.Networks}}"));
    }

    [Theory]
    [InlineData("host", "container cannot be disconnected from host network or connected to host network")]
    [InlineData("none", "container cannot be connected to multiple networks with one of the networks in private (none) mode")]
    [InlineData("nowhere", "network nowhere not found")]
    public async Task Connect_Impossible_SaysWhy(string network, string words)
    {
        await RunIdleAsync("--name", "here");

        AssertContains(words, (await Docker.RunAsync("network", "connect", network, "here")).MustExit(1));
    }

    [Theory]
    [InlineData("10.99.0.9", "Invalid address 10.99.0.9: It does not belong to any of this network's subnets")]
    [InlineData("10.75.0.1", "Address already in use")]
    [InlineData("10.75.0.2", "Address already in use")]
    public async Task Run_WithAnotherAddress_SaysWhy(string address, string words)
    {
        await Docker.OkAsync("network", "create", "--subnet", "10.75.0.0/24", "small");
        await RunIdleAsync("--network", "small", "--ip", "10.75.0.2");

        AssertContains(words, (await Docker.RunAsync("run", "--rm", "--network", "small", "--ip", address, TestImages.Busybox, "true")).MustExit(125));
    }

    [Theory]
    [InlineData("user specified IP address is supported on user defined networks only", "--network", "bridge", "--ip", "172.17.0.9")]
    [InlineData("user specified IP address is supported only when connecting to networks with user configured subnets", "--network", "any", "--ip", "172.17.0.9")]
    [InlineData("network nowhere not found", "--network", "nowhere")]
    [InlineData("conflicting options: port publishing and the container type network mode", "--network", "container:here", "-p", "80:80")]
    [InlineData("conflicting options: hostname and the network mode", "--network", "container:here", "--hostname", "x")]
    [InlineData("conflicting options: dns and the network mode", "--network", "container:here", "--dns", "9.9.9.9")]
    [InlineData("conflicting options: custom host-to-IP mapping and the network mode", "--network", "container:here", "--add-host", "a:1.1.1.1")]
    [InlineData("conflicting options: port exposing and the container type network mode", "--network", "container:here", "--expose", "80")]
    [InlineData("No such container: nobody", "--network", "container:nobody")]
    public async Task Run_ConflictingOptions_SaysWhy(string words, params string[] options)
    {
        await Docker.OkAsync("network", "create", "any");
        await RunIdleAsync("--name", "here");

        AssertContains(words, (await Docker.RunAsync(["run", "--rm", .. options, TestImages.Busybox, "true"])).MustExit(125));
    }

    [Fact]
    public async Task Run_WithMacAddress_HasIt()
    {
        // A client of today gives it to no engine before API 1.44.
        if (!Host.IsDashboard) return;
        await RunIdleAsync("--name", "here", "--mac-address", "02:42:0a:46:00:99");

        Assert.Contains("02:42:0a:46:00:99", await Docker.OkAsync("exec", "here", "ip", "addr", "show", "eth0"));
        foreach (var network in (string[])["host", "container:here"])
        {
            AssertContains(
                "conflicting options: mac-address and the network mode",
                (await Docker.RunAsync("run", "--rm", "--network", network, "--mac-address", "02:42:0a:46:00:98", TestImages.Busybox, "true")).MustExit(125));
        }
    }

    [Fact]
    public async Task FullSubnet_SaysThatItIsFull()
    {
        var id = await Docker.OkAsync("network", "create", "--subnet", "10.76.0.0/30", "tiny");
        await RunIdleAsync("--network", "tiny");

        AssertContains($"no available IPv4 addresses on this network's address pools: tiny ({id})", (await Docker.RunAsync("run", "--rm", "--network", "tiny", TestImages.Busybox, "true")).MustExit(125));
    }

    [Fact]
    public async Task SharedNetwork_HasTheSameInterfacesFilesAndHostname()
    {
        await Docker.OkAsync("network", "create", "front");
        var id = await RunIdleAsync("--name", "first", "--network", "front", "--hostname", "box");
        await RunIdleAsync("--name", "second", "--network", "container:first");

        Assert.Equal(await Docker.OkAsync("exec", "first", "ip", "addr", "show", "eth0"), await Docker.OkAsync("exec", "second", "ip", "addr", "show", "eth0"));
        Assert.Equal(await Docker.OkAsync("exec", "first", "cat", "/etc/hosts"), await Docker.OkAsync("exec", "second", "cat", "/etc/hosts"));
        Assert.Equal("box", await Docker.OkAsync("exec", "second", "hostname"));
        Assert.Equal($"container:{id} {{}}", await InspectAsync("second", "{{.HostConfig.NetworkMode}} {{json .NetworkSettings.Networks}}"));
        Assert.Equal(await InspectAsync("first", "{{.HostsPath}}"), await InspectAsync("second", "{{.HostsPath}}"));
        AssertContains(
            "container sharing network namespace with another container or host cannot be connected to any other network",
            (await Docker.RunAsync("network", "connect", "bridge", "second")).MustExit(1));
        await Docker.OkAsync("stop", "-t", "0", "first", "second");
        AssertContains($"cannot join network of a non running container: {id}", (await Docker.RunAsync("start", "second")).MustExit(1));
    }

    private async Task<bool> PingsAsync(string from, string to)
    {
        var address = await InspectAsync(to, "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}");
        return (await Docker.RunAsync("exec", from, "ping", "-c", "1", "-W", "1", address.Trim().Split(' ')[^1])).ExitCode == 0;
    }
}
