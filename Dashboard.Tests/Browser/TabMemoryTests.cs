using Dashboard.Client.Connections;
using Dashboard.Tests.Server;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dashboard.Tests.Browser;

/// <summary>What an open tab costs the server, with real browsers on the real app.</summary>
[Collection(AloneCollection.Name)]
public sealed class TabMemoryTests
{
    private const int Tabs = 20;
    private const int Warming = 8;
    private const int MostKiB = 700;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Tabs_OnTheContainersPage_StayWithinTheBudget()
    {
        await using var api = await FakeDockerApi.StartAsync(containers: 30);
        await using var app = await WebApp.StartAsync(connect: api.Address.ToString());
        app.App.Services.GetRequiredService<IOptions<CircuitOptions>>().Value.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMilliseconds(200);
        (await app.SignedInAsync()).Dispose();
        var connection = app.App.Services.GetRequiredService<DockerConnections>().Find()!;
        await using var browser = await PlainChromium.StartAsync();
        // The first tabs pay for all that is made once: compiled code, caches, pools, the connection's own state.
        await browser.OpenAsync(new Uri(app.Address, app.EnterPath), ownWindow: true);
        await FollowAsync(1);
        await CloseAsync(await OpenAsync(Warming));
        // What closing them gives back is what they held, whatever tests of before still have to let go.
        var opened = await OpenAsync(Tabs);
        var held = await SettledAsync();
        await CloseAsync(opened);
        var each = (held - await SettledAsync()) / Tabs / 1024d;

        TestContext.Current.SendDiagnosticMessage($"an open tab holds {each:0} KiB managed");
        Assert.InRange(each, 50, MostKiB);

        async Task<List<string>> OpenAsync(int tabs)
        {
            var names = new List<string>();
            for (var tab = 1; tab <= tabs; tab++)
            {
                names.Add(await browser.OpenAsync(new Uri(app.Address, "containers"), ownWindow: true));
                await FollowAsync(1 + tab);
            }
            return names;
        }

        async Task CloseAsync(List<string> tabs)
        {
            foreach (var tab in tabs) await browser.CloseAsync(tab);
            await FollowAsync(1);
        }

        // Every page follows the readings once.
        Task FollowAsync(int tabs) => Eventually.TrueAsync(() => connection.Stats.Ticked.Subscribers == tabs && connection.Stats.Latest(api.Containers.Keys.First())?.Cpu is not null, s_limit, () => $"{connection.Stats.Ticked.Subscribers} tabs follow the stats, not {tabs}");
    }

    [Fact]
    public async Task Tab_WithAnotherOverIt_FollowsNothingUntilItIsInFront()
    {
        await using var api = await FakeDockerApi.StartAsync(containers: 3);
        await using var app = await WebApp.StartAsync(connect: api.Address.ToString());
        (await app.SignedInAsync()).Dispose();
        var connection = app.App.Services.GetRequiredService<DockerConnections>().Find()!;
        await using var browser = await PlainChromium.StartAsync();
        var tab = await browser.OpenAsync(new Uri(app.Address, app.EnterPath), ownWindow: true);
        await FollowsAsync(true);

        var other = await browser.OpenAsync(new Uri("about:blank"), ownWindow: false);
        await FollowsAsync(false);
        await Eventually.TrueAsync(() => api.Open("all-stats") == 0 && api.Open("events") == 0, s_limit, () => "the engine is read for nobody");

        await browser.CloseAsync(other);
        await browser.BringToFrontAsync(tab);
        await FollowsAsync(true);

        Task FollowsAsync(bool follows) => Eventually.TrueAsync(
            () => connection.Stats.Ticked.Subscribers > 0 == follows && connection.Containers.Changed.Subscribers > 0 == follows,
            s_limit,
            () => $"{connection.Containers.Changed.Subscribers} follow the containers, {connection.Stats.Ticked.Subscribers} the stats");
    }

    /// <summary>What is alive, once that of closed tabs has gone: connections and circuits end in their own time.</summary>
    private static async Task<long> SettledAsync()
    {
        var (least, steady) = (long.MaxValue, 0);
        await Eventually.TrueAsync(Steady, s_limit, () => $"still less than {least / 1024:N0} KiB");
        return least;

        bool Steady()
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            var now = GC.GetTotalMemory(forceFullCollection: true);
            steady = now < least - 64 * 1024 ? 0 : steady + 1;
            least = Math.Min(least, now);
            return steady > 20;
        }
    }
}
