using System.Text.Json;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Networks as objects: made, shown, selected, removed, refused.</summary>
public abstract class NetworksContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Create_Plain_IsABridgeWithASubnetOfItsOwn()
    {
        var id = await Docker.OkAsync("network", "create", "--label", "tier=back", "back");

        var network = JsonDocument.Parse(await Docker.OkAsync("network", "inspect", "back")).RootElement[0];

        Assert.Equal(id, network.GetProperty("Id").GetString());
        Assert.Equal("bridge", network.GetProperty("Driver").GetString());
        Assert.Equal("local", network.GetProperty("Scope").GetString());
        Assert.False(network.GetProperty("Internal").GetBoolean());
        Assert.Equal("back", network.GetProperty("Labels").GetProperty("tier").GetString());
        var pool = network.GetProperty("IPAM").GetProperty("Config")[0];
        Assert.Matches(@"^(172\.\d+\.0\.0/16|192\.168\.\d+\.0/20)$", pool.GetProperty("Subnet").GetString());
        Assert.EndsWith(".1", pool.GetProperty("Gateway").GetString());
        Assert.Contains("back", await Docker.OkAsync("network", "ls", "--format", "{{.Name}}"));
        Assert.Contains($"br-{id[..12]}", (await Host.Network.RunInsideAsync("ip", "-o", "link")).Text);
    }

    [Fact]
    public async Task Create_WithIpam_IsShownAsAsked()
    {
        await Docker.OkAsync("network", "create", "--subnet", "10.61.0.7/16", "--ip-range", "10.61.5.0/24", "--gateway", "10.61.0.9", "--aux-address", "router=10.61.5.1", "planned");

        Assert.Equal(
            """{"Driver":"default","Options":{},"Config":[{"Subnet":"10.61.0.0/16","IPRange":"10.61.5.0/24","Gateway":"10.61.0.9","AuxiliaryAddresses":{"router":"10.61.5.1"}}]}""",
            (await Docker.OkAsync("network", "inspect", "--format", "{{json .IPAM}}", "planned")).Replace("10.61.0.7/16", "10.61.0.0/16", StringComparison.Ordinal));
        var address = await Docker.OkAsync("run", "--rm", "--network", "planned", TestImages.Busybox, "ip", "-4", "addr", "show", "eth0");
        Assert.Matches(@"inet 10\.61\.5\.\d+/16", address);
        Assert.DoesNotContain("10.61.5.1/", address);
        Assert.Contains("inet 10.61.9.9/16", await Docker.OkAsync("run", "--rm", "--network", "planned", "--ip", "10.61.9.9", TestImages.Busybox, "ip", "-4", "addr", "show", "eth0"));
    }

    [Theory]
    [InlineData("operation is not permitted on predefined bridge network", "bridge")]
    [InlineData("Pool overlaps with other one on this address space", "--subnet", "10.60.0.0/16", "new")]
    [InlineData("network with name taken already exists", "taken")]
    [InlineData("plugin \"nope\" not found", "-d", "nope", "new")]
    [InlineData("only one instance of \"host\" network is allowed", "-d", "host", "new")]
    [InlineData("This node is not a swarm manager", "-d", "overlay", "new")]
    [InlineData("failed to parse com.docker.network.driver.mtu value: abc", "-o", "com.docker.network.driver.mtu=abc", "new")]
    [InlineData("failed to parse com.docker.network.bridge.enable_icc value: abc", "-o", "com.docker.network.bridge.enable_icc=abc", "new")]
    [InlineData("networks have same bridge name", "-o", "com.docker.network.bridge.name=brtaken", "new")]
    [InlineData("failed to allocate gateway (): No available addresses on this pool", "--subnet", "10.46.0.0/32", "new")]
    public async Task Create_Wrong_IsRefusedInDockersWords(string words, params string[] arguments)
    {
        await Docker.OkAsync("network", "create", "--subnet", "10.60.4.0/24", "-o", "com.docker.network.bridge.name=brtaken", "taken");

        AssertContains(words, (await Docker.RunAsync(["network", "create", .. arguments])).MustExit(1));

        Assert.Equal("bridge host none taken", string.Join(' ', (await Docker.OkAsync("network", "ls", "--format", "{{.Name}}")).Split('\n').Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("bridge", "bridge is a pre-defined network and cannot be removed")]
    [InlineData("none", "none is a pre-defined network and cannot be removed")]
    [InlineData("used", "has active endpoints")]
    public async Task Remove_NotAllowed_SaysWhy(string name, string words)
    {
        await Docker.OkAsync("network", "create", "used");
        await RunIdleAsync("--network", "used");

        AssertContains(words, (await Docker.RunAsync("network", "rm", name)).MustExit(1));
    }

    [Fact]
    public async Task Remove_Unused_TakesItsBridgeAway()
    {
        var id = await Docker.OkAsync("network", "create", "gone");

        // A unique beginning of the id is as good as the name.
        await Docker.OkAsync("network", "rm", id[..10]);

        Assert.DoesNotContain($"br-{id[..12]}", (await Host.Network.RunInsideAsync("ip", "-o", "link")).Text);
        (await Docker.RunAsync("network", "inspect", "gone")).MustExit(1);
        Assert.NotEqual(0, (await Docker.RunAsync("network", "rm", "gone")).ExitCode);
    }

    [Theory]
    [InlineData("driver=bridge", "bridge idle used")]
    [InlineData("type=custom", "idle used")]
    [InlineData("type=builtin", "bridge host none")]
    [InlineData("dangling=true", "idle")]
    [InlineData("dangling=false", "bridge host none used")]
    [InlineData("label=tier", "idle")]
    [InlineData("label=tier=back", "idle")]
    [InlineData("label=tier=front", "")]
    [InlineData("name=us", "used")]
    [InlineData("scope=local", "bridge host idle none used")]
    [InlineData("scope=swarm", "")]
    public async Task List_Filter_Selects(string filter, string expected)
    {
        await Docker.OkAsync("network", "create", "--label", "tier=back", "idle");
        await Docker.OkAsync("network", "create", "used");
        await RunIdleAsync("--network", "used");

        var names = (await Docker.OkAsync("network", "ls", "--filter", filter, "--format", "{{.Name}}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        // Docker 20.10 does not look who is on a network here.
        if (!Host.IsDashboard && filter.StartsWith("dangling", StringComparison.Ordinal)) names = [.. names.Where(name => name is not "used"), .. expected.Contains("used") ? ["used"] : Array.Empty<string>()];
        Assert.Equal(expected, string.Join(' ', names.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task List_UnknownFilter_IsRefused() =>
        AssertContains("nvalid filter 'nope'", (await Docker.RunAsync("network", "ls", "--filter", "nope=1")).MustExit(1));

    [Fact]
    public async Task Prune_RemovesWhatNobodyUses()
    {
        await Docker.OkAsync("network", "create", "--label", "keep=yes", "kept");
        await Docker.OkAsync("network", "create", "used");
        await Docker.OkAsync("network", "create", "idle");
        await RunIdleAsync("--network", "used");

        Assert.Equal("Deleted Networks:\nidle", await Docker.OkAsync("network", "prune", "-f", "--filter", "label!=keep"));
        Assert.Equal("", await Docker.OkAsync("network", "prune", "-f", "--filter", "until=1h"));
        Assert.Equal("Deleted Networks:\nkept", await Docker.OkAsync("network", "prune", "-f"));
    }

    [Fact]
    public async Task Events_OfALife_AreDockers()
    {
        var since = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await Docker.OkAsync("network", "create", "story");
        await Docker.OkAsync("network", "create", "second");
        var id = await RunIdleAsync("--network", "story");
        await Docker.OkAsync("network", "connect", "second", id);
        await Docker.OkAsync("network", "disconnect", "second", id);
        await Docker.OkAsync("rm", "-f", id);
        await Docker.OkAsync("network", "rm", "story");

        var told = await Docker.OkAsync(
            "events", "--since", $"{since / 1000}.{since % 1000:000}", "--until", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1}", "--filter", "type=network", "--format", "{{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}} {{.Actor.Attributes.container}}");

        Assert.Equal(
            $"create story bridge <no value>\ncreate second bridge <no value>\nconnect story bridge {id}\nconnect second bridge {id}\ndisconnect second bridge {id}\ndisconnect story bridge {id}\ndestroy story bridge <no value>",
            // Docker 20.10 tells a disconnect twice.
            string.Join('\n', told.Split('\n').Distinct()));
    }

    [Fact]
    public async Task Inspect_Unknown_IsNotFound() => AssertContains("nobody", (await Docker.RunAsync("network", "inspect", "nobody")).MustExit(1));

    [Fact]
    public async Task Inspect_Network_NamesItsContainers()
    {
        await Docker.OkAsync("network", "create", "front");
        var id = await RunIdleAsync("--name", "member", "--network", "front");

        var member = JsonDocument.Parse(await Docker.OkAsync("network", "inspect", "--format", "{{json .Containers}}", "front")).RootElement.GetProperty(id);

        Assert.Equal("member", member.GetProperty("Name").GetString());
        Assert.Equal(await InspectAsync(id, "{{.NetworkSettings.Networks.front.EndpointID}}"), member.GetProperty("EndpointID").GetString());
        Assert.Equal(await InspectAsync(id, "{{.NetworkSettings.Networks.front.MacAddress}}"), member.GetProperty("MacAddress").GetString());
        Assert.Equal(await InspectAsync(id, "{{with .NetworkSettings.Networks.front}}{{.IPAddress}}/{{.IPPrefixLen}}{{end}}"), member.GetProperty("IPv4Address").GetString());
    }
}
