using System.Diagnostics;
using Dashboard.Tests.Shared;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>What the real app may cost on the wire, over an engine with a thousand containers that all change every second.</summary>
public sealed class BudgetTests : IAsyncLifetime
{
    private FakeEngineSite? _site;

    private FakeEngineSite Site => _site!;

    public async ValueTask InitializeAsync() => _site = await FakeEngineSite.StartAsync(containers: 1000);

    public async ValueTask DisposeAsync()
    {
        if (_site is not null) await _site.DisposeAsync();
    }

    [Fact]
    public async Task Containers_AThousandThatChangeEverySecond_StayWithinTheBudget()
    {
        var page = await Site.SignInAsync();
        await Assertions.Expect(page.GetByTestId("containers-counts")).ToContainTextAsync("1000");
        await Assertions.Expect(page.GetByTestId("container-cpu").First).Not.ToBeEmptyAsync();

        var (kib, frames) = await TrafficAsync(page, readings: 8);

        TestContext.Current.SendDiagnosticMessage($"1,000 containers at 1 Hz: {kib:0.0} KiB/s, {frames:0.0} frames/s");
        Assert.True(kib <= 10, $"{kib:0.0} KiB/s");
        Assert.True(frames <= 4, $"{frames:0.0} frames/s");
        Assert.InRange(await page.GetByTestId("container-row").CountAsync(), 10, 120);
    }

    [Fact]
    public async Task Tabs_Closed_LeaveNobodySubscribed()
    {
        var connection = Site.Connection;
        var page = await Site.SignInAsync();
        await Assertions.Expect(page.GetByTestId("container-row").First).ToBeVisibleAsync();
        Assert.True(connection.Containers.Changed.Subscribers > 0);

        await page.Context.CloseAsync();

        await Eventually.TrueAsync(
            () => connection.Containers.Changed.Subscribers == 0 && connection.Stats.Ticked.Subscribers == 0,
            TimeSpan.FromSeconds(90),
            () => $"{connection.Containers.Changed.Subscribers} follow the containers, {connection.Stats.Ticked.Subscribers} the stats");
        await Eventually.TrueAsync(() => connection.Events.Listeners == 0, TimeSpan.FromSeconds(15), () => $"{connection.Events.Listeners} listen to events");
    }

    [Fact]
    public async Task Rows_WalkedFasterThanTheyCome_AreAllReached()
    {
        var page = await Site.SignInAsync();
        await Assertions.Expect(page.GetByTestId("container-row").First).ToBeVisibleAsync();

        for (var step = 0; step < 150; step++) await page.Keyboard.PressAsync("j");
        await Assertions.Expect(Name(page, "box-0150")).ToBeFocusedAsync();
        await Assertions.Expect(Name(page, "box-0150")).ToBeInViewportAsync();

        for (var step = 0; step < 149; step++) await page.Keyboard.PressAsync("k");
        await Assertions.Expect(Name(page, "box-0001")).ToBeFocusedAsync();
        await Assertions.Expect(Name(page, "box-0001")).ToBeInViewportAsync();
        await page.Keyboard.PressAsync("k");
        await page.Keyboard.PressAsync("j");
        await Assertions.Expect(Name(page, "box-0002")).ToBeFocusedAsync();
        Assert.Empty(Site.Errors);
    }

    private static ILocator Name(IPage page, string container) => page.Locator($"[data-testid=container-row][data-name={container}]").GetByTestId("container-name");

    // The page's own changes are the clock: a reading a second.
    private async Task<(double KiB, double Frames)> TrafficAsync(IPage page, int readings)
    {
        var (received, frames) = Site.Received;
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < readings; i++)
        {
            var cell = page.GetByTestId("container-memory").First;
            var before = await cell.TextContentAsync() ?? "";
            await Assertions.Expect(cell).Not.ToHaveTextAsync(before, new() { Timeout = 15_000 });
        }
        var seconds = watch.Elapsed.TotalSeconds;
        return ((Site.Received.Bytes - received) / 1024d / seconds, (Site.Received.Frames - frames) / seconds);
    }
}
