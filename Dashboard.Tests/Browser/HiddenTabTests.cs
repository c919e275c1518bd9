using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>A tab in the background costs nothing, and is up to date as soon as it is looked at again.</summary>
public sealed class HiddenTabTests : IAsyncLifetime
{
    // A browser without a screen shows all of its tabs: the page is told what a window would tell it.
    private const string Hidden = """
        Object.defineProperty(document, "visibilityState", { get: () => window.inBackground ? "hidden" : "visible" });
        Object.defineProperty(document, "hidden", { get: () => !!window.inBackground });
        """;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private FakeEngineSite? _site;
    private IPage? _page;

    private FakeEngineSite Site => _site!;
    private IPage Page => _page!;

    public async ValueTask InitializeAsync()
    {
        _site = await FakeEngineSite.StartAsync(containers: 30);
        _page = await Site.SignInAsync();
        await Page.AddInitScriptAsync(Hidden);
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null) await _site.DisposeAsync();
    }

    [Theory]
    [InlineData(5_000, true)]
    [InlineData(20, false)]
    public async Task Log_WhileHidden_IsNotReadAndGoesOnWithTheNewest(int meanwhile, bool gap)
    {
        var box = Site.Api.Containers.Values.First(each => each.Name == "box-0007");
        Write(box, 300);
        await OpenAsync(box, "logs");
        await Assertions.Expect(Page.GetByTestId("log-pane")).ToContainTextAsync("line 300");

        await HideAsync();
        var before = Site.Received;
        Write(box, meanwhile);
        await QuietAsync();
        AssertNothing(before);

        await ShowAsync();
        var pane = Page.GetByTestId("log-pane");
        await Assertions.Expect(pane).ToContainTextAsync($"line {box.Lines}");
        await Assertions.Expect(Page.GetByTestId("log-gap")).ToHaveCountAsync(gap ? 1 : 0);
        Write(box, 1);
        await Assertions.Expect(pane).ToContainTextAsync($"line {box.Lines}");
        await Page.ScreenshotAsync(new() { Path = Path.Combine(TestPlaces.Artifacts, "screenshots", $"log-after-background-{meanwhile}.png") });
        Assert.Empty(Site.Errors);
    }

    [Fact]
    public async Task Stats_WhileHidden_AreNotMeasuredAndGoOn()
    {
        var box = Site.Api.Containers.Values.First(each => each.Name == "box-0007");
        await OpenAsync(box, "stats");
        var value = Page.GetByTestId("memory-value");
        await Assertions.Expect(value).ToContainTextAsync("MiB");
        // By then the charts have been made and have their history.
        await ChangesAsync();
        await ChangesAsync();

        await HideAsync();
        var before = Site.Received;
        await QuietAsync();
        AssertNothing(before);

        await ShowAsync();
        await ChangesAsync();

        Assert.Empty(Site.Errors);

        async Task ChangesAsync() => await Assertions.Expect(value).Not.ToHaveTextAsync(await value.TextContentAsync() ?? "");
    }

    [Fact]
    public async Task Containers_ChangedWhileHidden_AreRightWhenShown()
    {
        await Page.ReloadAsync();
        await Assertions.Expect(Row("box-0001")).ToBeVisibleAsync();
        await Assertions.Expect(Row("box-0001").GetByTestId("container-cpu")).Not.ToBeEmptyAsync();

        await HideAsync();
        var before = Site.Received;
        var boxes = Site.Api.Containers.Values.ToDictionary(each => each.Name);
        Site.Api.Stop(boxes["box-0001"]);
        Site.Api.Containers.TryRemove(boxes["box-0002"].Id, out _);
        Site.Api.Emit(boxes["box-0002"], "destroy");
        Site.Api.Emit(Site.Api.Add(new FakeContainer("box-new") { Created = DateTimeOffset.UnixEpoch.AddYears(57) }), "start");
        await QuietAsync();
        AssertNothing(before);

        await ShowAsync();
        await Assertions.Expect(Row("box-new")).ToBeVisibleAsync();
        await Assertions.Expect(Row("box-0001").GetByTestId("container-state")).ToContainTextAsync("exited", new() { IgnoreCase = true });
        await Assertions.Expect(Row("box-0002")).ToHaveCountAsync(0);
        await Assertions.Expect(Page.GetByTestId("containers-counts")).ToHaveTextAsync("29 running, 30 in all");
        await Assertions.Expect(Row("box-new").GetByTestId("container-cpu")).Not.ToBeEmptyAsync();
        Assert.Empty(Site.Errors);
    }

    private ILocator Row(string name) => Page.Locator($"[data-testid=container-row][data-name={name}]");

    private static void Write(FakeContainer box, int lines)
    {
        for (var line = 0; line < lines; line++) box.Log.Write($"line {++box.Lines}");
    }

    private Task OpenAsync(FakeContainer box, string tab) => Page.GotoAsync($"{Site.App.Address}containers/{box.Id}/{tab}");

    private async Task HideAsync()
    {
        await SwitchAsync(true);
        await Eventually.TrueAsync(
            () => Site.Connection.Containers.Changed.Subscribers == 0 && Site.Connection.Stats.Ticked.Subscribers == 0,
            s_limit,
            () => $"{Site.Connection.Containers.Changed.Subscribers} follow the containers, {Site.Connection.Stats.Ticked.Subscribers} the stats");
    }

    private Task ShowAsync() => SwitchAsync(false);

    private Task SwitchAsync(bool background) => Page.EvaluateAsync("background => { window.inBackground = background; document.dispatchEvent(new Event('visibilitychange')); }", background);

    /// <summary>Feeds that nobody follows end some seconds later: that is the time that passes here.</summary>
    private Task QuietAsync() => Eventually.TrueAsync(
        () => new[] { "logs", "all-stats", "events" }.All(kind => Site.Api.Open(kind) == 0),
        s_limit,
        () => $"logs {Site.Api.Open("logs")}, stats {Site.Api.Open("all-stats")}, events {Site.Api.Open("events")} are read for nobody");

    // The connection itself says every 15 s that it lives.
    private void AssertNothing((long Bytes, long Frames) before)
    {
        var (bytes, frames) = Site.Received;
        Assert.True(frames - before.Frames <= 4 && bytes - before.Bytes < 200, $"{bytes - before.Bytes} bytes in {frames - before.Frames} frames");
    }
}
