using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>docker-compose with web, database and cache that wait for each other and talk to each other.</summary>
public abstract class ComposeShopContract(HostFixture fixture) : CliTest(fixture)
{
    private Task<ComposeCli> ShopAsync() => ComposeCli.ForAsync(Host, "shop");

    [Fact]
    public async Task Up_WaitsForHealthAndCompletion_AndTheServicesTalk()
    {
        var shop = await ShopAsync();

        await shop.OkAsync("up", "-d");

        Assert.Equal("hello 1 PONG to PING", await VisitAsync("127.0.0.1:8080"));
        Assert.Equal("hello 2 PONG to PING", await VisitAsync("127.0.0.1:8081"));
        Assert.Equal("hello 3 PONG to PING", await VisitAsync(Host.Network.Address + ":8080", Host.Network.Outside));
        // Bound to the loopback means to it alone.
        (await new Command([.. Host.Network.Outside, "curl", "-sS", "-m", "2", $"http://{Host.Network.Address}:8081/"]).RunAsync()).MustExit(7);

        var ready = DateTimeOffset.Parse(await InspectAsync("shop_db_1", "{{range .State.Health.Log}}{{if eq .ExitCode 0}}{{json .End}} {{end}}{{end}}") is var ends ? ends.Split(' ')[0].Trim('"') : "");
        Assert.True(await StartedAsync("shop_web_1") > ready, "web started before the database was healthy");
        Assert.True(await StartedAsync("shop_schema_1") > ready, "schema started before the database was healthy");
        Assert.True(await StartedAsync("shop_web_1") > DateTimeOffset.Parse(await InspectAsync("shop_schema_1", "{{json .State.FinishedAt}}") is var at ? at.Trim('"') : ""));
        Assert.Equal("1", await Docker.OkAsync("exec", "shop_db_1", "cat", "/data/schema"));

        var listed = await shop.OkAsync("ps", "-a");
        Assert.Matches(@"shop_db_1 .* Up \(healthy\)", listed);
        Assert.Matches(@"shop_schema_1 .* Exit 0", listed);
        Assert.Contains(await shop.OkAsync("port", "web", "80"), (string[])["0.0.0.0:8080", "127.0.0.1:8081"]);
    }

    [Fact]
    public async Task Networks_AliasesAndInternal_AreAsTheFileSays()
    {
        var shop = await ShopAsync();
        await shop.OkAsync("up", "-d", "db", "cache");

        await shop.OkAsync("up", "-d", "--no-deps", "web");

        var address = await InspectAsync("shop_web_1", "{{.NetworkSettings.Networks.shop_front.IPAddress}}");
        foreach (var name in (string[])["shop", "shop.example", "web", "shop_web_1"])
            Assert.Contains(address, await Docker.OkAsync("run", "--rm", "--network", "shop_front", TestImages.Busybox, "nslookup", name, "127.0.0.11"));
        // Of the back network nobody in front sees anything, and it has no way out.
        (await Docker.RunAsync("run", "--rm", "--network", "shop_front", TestImages.Busybox, "nslookup", "database", "127.0.0.11")).MustExit(1);
        Assert.NotEqual(0, (await Docker.RunAsync("exec", "shop_db_1", "ping", "-c", "1", "-W", "1", Host.Network.OutsideAddress)).ExitCode);
        await Docker.OkAsync("exec", "shop_web_1", "ping", "-c", "1", "-W", "5", Host.Network.OutsideAddress);
        Assert.Equal("true", await Docker.OkAsync("network", "inspect", "-f", "{{.Internal}}", "shop_back"));
        Assert.Equal("shop", await Docker.OkAsync("network", "inspect", "-f", "{{index .Labels \"com.docker.compose.project\"}}", "shop_back"));
    }

    [Fact]
    public async Task Volumes_SurviveDownAndGoWithDownV()
    {
        var shop = await ShopAsync();
        await shop.OkAsync("up", "-d");
        Assert.StartsWith("hello 1 ", await VisitAsync("127.0.0.1:8080"));

        Assert.DoesNotContain("volume", (await shop.RunAsync("down")).MustSucceed().AllOutput);
        Assert.Equal("", await Docker.OkAsync("ps", "-aq"));
        Assert.Equal("", await Docker.OkAsync("network", "ls", "-q", "-f", "label=com.docker.compose.project=shop"));
        await shop.OkAsync("up", "-d");
        Assert.StartsWith("hello 2 ", await VisitAsync("127.0.0.1:8080"));
        Assert.Equal("2", await Docker.OkAsync("exec", "shop_db_1", "cat", "/data/schema"));

        Assert.Contains("Removing volume shop_data", (await shop.RunAsync("down", "-v", "-t", "3")).MustSucceed().AllOutput);
        Assert.Equal("", await Docker.OkAsync("volume", "ls", "-q"));
    }

    [Fact]
    public async Task UpAgain_ChangedVariable_RecreatesTheOneService()
    {
        var shop = await ShopAsync();
        await shop.OkAsync("up", "-d");
        var before = await IdsAsync(shop);

        Assert.Contains("shop_web_1 is up-to-date", (await shop.RunAsync("up", "-d", "--no-deps", "web")).MustSucceed().AllOutput);
        Assert.Equal(before, await IdsAsync(shop));
        var changed = (await shop.With("GREETING", "welcome").RunAsync("up", "-d", "-t", "3")).MustSucceed().AllOutput;

        Assert.Matches(@"Recreating shop_web_1 +\.\.\. done", changed);
        Assert.Contains("shop_db_1 is up-to-date", changed);
        var after = await IdsAsync(shop);
        Assert.Equal(["web"], before.Keys.Where(service => before[service] != after[service]));
        Assert.StartsWith("welcome 1 ", await VisitAsync("127.0.0.1:8080"));
        Assert.DoesNotContain("Recreating", (await shop.With("GREETING", "other").RunAsync("up", "-d", "--no-recreate")).MustSucceed().AllOutput);
        Assert.Contains("Recreating shop_cache_1", (await shop.RunAsync("up", "-d", "--no-deps", "--force-recreate", "-t", "3", "cache")).MustSucceed().AllOutput);
    }

    [Fact]
    public async Task Up_DependencyStaysIll_FailsByItsName()
    {
        var shop = (await ShopAsync()).With("WARM_UP", "3600").With("RETRIES", "2");

        var failed = (await shop.RunAsync("up", "-d")).MustExit(1);

        AssertContains("is unhealthy", failed);
        Assert.Equal("", await Docker.OkAsync("ps", "-aq", "-f", "name=shop_web_1"));
        Assert.Matches(@"shop_db_1 .* Up \(unhealthy\)", await shop.OkAsync("ps"));
        await shop.OkAsync("kill");
        await shop.OkAsync("down", "-v");
    }

    private async Task<DateTimeOffset> StartedAsync(string container) => DateTimeOffset.Parse(await InspectAsync(container, "{{.State.StartedAt}}"), null);

    private async Task<string> VisitAsync(string authority, IReadOnlyList<string>? from = null) =>
        (await new Command([.. from ?? Host.Network.Inside, "curl", "-sS", "-m", "10", "--retry", "20", "--retry-connrefused", "--retry-delay", "1", $"http://{authority}/cgi-bin/visit"]).RunAsync()).MustSucceed().Text;

    private async Task<Dictionary<string, string>> IdsAsync(ComposeCli compose)
    {
        var ids = new Dictionary<string, string>();
        foreach (var service in (string[])["web", "db", "cache"]) ids[service] = await compose.OkAsync("ps", "-q", service);
        return ids;
    }
}
