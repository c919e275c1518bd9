using System.Text.RegularExpressions;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>
/// Machines are closed and opened, and networks change under them. The page comes back by itself to what it showed. Time is
/// pressed together: what the server keeps of a tab it keeps for a moment, and the network is cut instead of running into limits.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class SleepTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private FakeEngineSite? _site;
    private FaultyWay? _way;
    private IPage? _page;

    private FakeEngineSite Site => _site!;
    private FaultyWay Way => _way!;
    private IPage Page => _page!;

    public async ValueTask InitializeAsync()
    {
        _site = await FakeEngineSite.StartAsync(containers: 30);
        _way = new FaultyWay(Site.App.Address);
        _page = await Site.SignInAsync(Way.Address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_way is not null) await _way.DisposeAsync();
        if (_site is not null) await _site.DisposeAsync();
    }

    [Fact]
    public async Task Browser_SleepsLongerThanItsStateIsKept_ComesBackToTheSameView()
    {
        Keep(TimeSpan.FromMilliseconds(200));
        await Page.GetByTestId("containers-filter").FillAsync("box-00");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Running" }).ClickAsync();
        await Assertions.Expect(Page.GetByTestId("container-row")).ToHaveCountAsync(30);
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex(@"/\?q=box-00&state=running$"));
        var frozen = await Page.Context.NewCDPSessionAsync(Page);
        await frozen.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "frozen" });
        Way.Silence();
        Way.CutAtServer();
        await Eventually.TrueAsync(() => Site.Connection.Containers.Changed.Subscribers == 0, s_limit, () => "the server still works for a browser that is gone");

        var boxes = Site.Api.Containers.Values.ToDictionary(each => each.Name);
        Site.Api.Stop(boxes["box-0003"]);
        Site.Api.Containers.TryRemove(boxes["box-0004"].Id, out _);
        Site.Api.Emit(boxes["box-0004"], "destroy");
        Way.Restore();
        Way.Cut();
        await frozen.SendAsync("Page.setWebLifecycleState", new() { ["state"] = "active" });

        await Assertions.Expect(Page.GetByTestId("container-row")).ToHaveCountAsync(28);
        await Assertions.Expect(Row("box-0003").Or(Row("box-0004"))).ToHaveCountAsync(0);
        await Assertions.Expect(Page.GetByTestId("containers-counts")).ToHaveTextAsync("28 running, 29 in all");
        await Assertions.Expect(Page.GetByTestId("containers-filter")).ToHaveValueAsync("box-00");
        await Assertions.Expect(Page.GetByTestId("reconnect")).ToBeHiddenAsync();
        Assert.EndsWith("/?q=box-00&state=running", Page.Url, StringComparison.Ordinal);
        await LivesAsync();
    }

    [Fact]
    public async Task Connection_BreaksForAMoment_GoesOnInTheSamePage()
    {
        await Assertions.Expect(Row("box-0001")).ToBeVisibleAsync();
        await Row("box-0001").GetByTestId("row-select").ClickAsync();
        await Page.EvaluateAsync("window.same = true");

        Way.Cut();
        Site.Api.Stop(Site.Api.Containers.Values.Single(each => each.Name == "box-0005"));

        await Assertions.Expect(Row("box-0005").GetByTestId("container-state")).ToContainTextAsync("exited", new() { IgnoreCase = true });
        await Assertions.Expect(Page.GetByTestId("selection-count")).ToHaveTextAsync("1 selected");
        Assert.True(await Page.EvaluateAsync<bool>("window.same === true"));
        await LivesAsync();
    }

    [Fact]
    public async Task Connection_DeadUnnoticed_IsMadeAnewAsSoonAsTheTabIsLookedAt()
    {
        await Assertions.Expect(Row("box-0001")).ToBeVisibleAsync();
        await Page.EvaluateAsync("window.same = true");
        Way.Silence();
        Way.CutAtServer();
        Way.Restore();

        // Blazor itself would notice after 30 s.
        await Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        Site.Api.Stop(Site.Api.Containers.Values.Single(each => each.Name == "box-0005"));

        await Assertions.Expect(Row("box-0005").GetByTestId("container-state")).ToContainTextAsync("exited", new() { IgnoreCase = true, Timeout = 15_000 });
        Assert.True(await Page.EvaluateAsync<bool>("window.same === true"));
        await LivesAsync();
    }

    [Fact]
    public async Task Log_OfABrowserThatHearsNothing_StaysBounded()
    {
        var box = Site.Api.Containers.Values.First();
        await Page.GotoAsync($"{Way.Address}containers/{box.Id}/logs");
        box.Log.Write("the first");
        await Assertions.Expect(Page.GetByTestId("log-pane")).ToContainTextAsync("the first");
        Way.Silence();
        var ring = Site.Connection.Logs.Of(box.Id).Ring;
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // As 10 minutes at 500 lines a second.
        const int Lines = 300_000;
        for (var line = 1; line <= Lines; line++)
        {
            box.Log.Write($"line {line} of a log that nobody reads at this moment");
            if (line % 2_000 == 0) await Eventually.TrueAsync(() => ring.Range.Next > line - 2_000, s_limit, () => $"the feed stands at {ring.Range}");
            if (line % 100_000 == 0) box.Log.Forget();
        }
        await Eventually.TrueAsync(() => ring.Range.Next > Lines, s_limit, () => $"the feed stands at {ring.Range}");
        box.Log.Forget();
        // Tests of before may still let go of something meanwhile: it only makes this less.
        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;

        Assert.InRange(ring.Range.Next - ring.Range.First, 1, Dashboard.Client.Streaming.Logs.LogRing.MaximumLines);
        TestContext.Current.SendDiagnosticMessage($"{Lines:N0} lines for a browser that hears nothing: {grown / 1024:N0} KiB");
        Assert.True(grown < 12 << 20, $"{grown / 1024:N0} KiB");
        Way.CutAtServer();
        Way.Restore();
        Way.Cut();
        await Assertions.Expect(Page.GetByTestId("log-pane")).ToContainTextAsync($"line {Lines} of");
        await Assertions.Expect(Page.GetByTestId("log-skipped")).ToContainTextAsync("lines skipped");
    }

    private ILocator Row(string name) => Page.Locator($"[data-testid=container-row][data-name={name}]");

    /// <summary>How long the server keeps what belongs to a tab that it has lost.</summary>
    private void Keep(TimeSpan time) => Site.App.App.Services.GetRequiredService<IOptions<CircuitOptions>>().Value.DisconnectedCircuitRetentionPeriod = time;

    /// <summary>Signed in, fed, and answering.</summary>
    private async Task LivesAsync()
    {
        var cell = Row("box-0010").GetByTestId("container-memory");
        await Assertions.Expect(cell).Not.ToBeEmptyAsync();
        await Assertions.Expect(cell).Not.ToHaveTextAsync(await cell.TextContentAsync() ?? "");
        await Page.GetByTestId("nav-images").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("images-filter")).ToBeVisibleAsync();
    }
}
