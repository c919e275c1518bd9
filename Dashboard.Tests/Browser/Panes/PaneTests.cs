using System.Text;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser.Panes;

/// <summary>The log and stats panes in a real browser: what they cost on the socket, and that they can be read.</summary>
public sealed class PaneTests
{
    private const string Sample = "2026-01-31 12:34:56 INFO  [worker-3] handled GET /api/orders/8471 in 12 ms, 200, 5.1 KiB, cache miss";

    [Fact]
    public async Task LogPane_ThousandLinesASecond_StaysWithinItsBudget()
    {
        await using var site = await PaneSite.StartAsync();
        var box = site.Api.Add(new FakeContainer("box"));
        await site.OpenAsync("logs", box);
        await Assertions.Expect(site.Page.GetByTestId("log-empty")).ToContainTextAsync("Nothing logged yet");
        await WriteAsync(box, linesASecond: 1000, seconds: 3);

        var (kib, frames) = await site.TrafficAsync(() => WriteAsync(box, linesASecond: 1000, seconds: 8));

        TestContext.Current.SendDiagnosticMessage($"log pane at 1,000 lines/s: {kib:0.0} KiB/s, {frames:0.0} frames/s");
        Assert.True(kib <= 70, $"{kib:0.0} KiB/s");
        Assert.True(frames <= 6, $"{frames:0.0} frames/s");
        await Assertions.Expect(site.Page.GetByTestId("log-pane")).ToContainTextAsync("line 11000");
        await site.ShotAsync("log-pane-flood");
        Assert.Empty(site.Errors);
    }

    [Fact]
    public async Task LogPane_TenThousandLinesASecond_NeitherFreezesNorGrows()
    {
        await using var site = await PaneSite.StartAsync();
        var box = site.Api.Add(new FakeContainer("box"));
        await site.OpenAsync("logs", box);
        await Assertions.Expect(site.Page.GetByTestId("log-empty")).ToContainTextAsync("Nothing logged yet");
        await WriteAsync(box, linesASecond: 10_000, seconds: 3);
        var nodes = await site.Page.EvaluateAsync<int>("document.querySelectorAll('*').length");

        var (kib, _) = await site.TrafficAsync(() => WriteAsync(box, linesASecond: 10_000, seconds: 5));

        TestContext.Current.SendDiagnosticMessage($"log pane at 10,000 lines/s: {kib:0.0} KiB/s");
        Assert.True(kib <= 90, $"{kib:0.0} KiB/s");
        Assert.InRange(await site.Page.EvaluateAsync<int>("document.querySelectorAll('*').length"), nodes - 20, nodes + 20);
        await Assertions.Expect(site.Page.GetByTestId("log-pane")).ToContainTextAsync("line 80000");
        await Assertions.Expect(site.Page.GetByTestId("log-skipped")).ToContainTextAsync("70,000 lines skipped");
        Assert.Empty(site.Errors);
    }

    [Fact]
    public async Task LogPane_ScrolledUp_StandsStillUntilTheEndIsAskedFor()
    {
        await using var site = await PaneSite.StartAsync();
        var box = site.Api.Add(new FakeContainer("box"));
        for (var number = 1; number <= 1000; number++) box.Log.Write($"line {number} {Sample}", error: number % 9 == 0);
        box.Log.Write("\u001b[1;31merror\u001b[0m \u001b[38;2;80;160;255mexact\u001b[0m \u001b[42mback\u001b[0m \u001b[33mwarn\u001b[0m <b>bold?</b>");
        await site.OpenAsync("logs", box);
        var pane = site.Page.GetByTestId("log-pane");
        await Assertions.Expect(pane).ToContainTextAsync("exact");
        await site.ShotAsync("log-pane");
        await site.AssertAccessibleAsync();

        await site.Page.GetByTestId("log-scroll").HoverAsync();
        await site.Page.Mouse.WheelAsync(0, -4000);
        await Assertions.Expect(site.Page.GetByTestId("log-latest")).ToBeVisibleAsync();
        await Assertions.Expect(pane).ToContainTextAsync("line 800");
        var before = await site.Page.EvaluateAsync<string>(Visible);
        for (var number = 0; number < 12_000; number++) box.Log.Write($"later {number}");
        await Assertions.Expect(site.Page.GetByTestId("log-latest")).ToContainTextAsync("12,000 new lines");
        Assert.Equal(before, await site.Page.EvaluateAsync<string>(Visible));
        await site.ShotAsync("log-pane-held");
        await site.AssertAccessibleAsync();

        await site.Page.GetByTestId("log-scroll").FocusAsync();
        await site.Page.Keyboard.PressAsync("End");
        await Assertions.Expect(pane).ToContainTextAsync("later 11999");
        await Assertions.Expect(site.Page.GetByTestId("log-latest")).ToHaveCountAsync(0);
        await site.Page.Keyboard.PressAsync("/");
        await site.Page.Keyboard.TypeAsync("later 1199");
        await Assertions.Expect(site.Page.GetByTestId("log-count")).ToContainTextAsync("10 of 10,000 lines");
        await site.ShotAsync("log-pane-search");
        Assert.Empty(site.Errors);
    }

    [Theory]
    [InlineData("dark")]
    [InlineData("light")]
    public async Task StatsPane_Charts_MoveForLittleTraffic(string theme)
    {
        await using var site = await PaneSite.StartAsync();
        var box = site.Api.Add(new FakeContainer("box") { MemoryLimit = 16L << 20, NanoCpus = 500_000_000 });
        await site.OpenAsync("stats", box, theme);
        await Assertions.Expect(site.Page.GetByTestId("memory-value")).ToContainTextAsync("of 16 MiB");
        await Assertions.Expect(site.Page.Locator("canvas")).ToHaveCountAsync(4);
        var chart = site.Page.GetByTestId("memory-chart").Locator("canvas");
        var first = await chart.ScreenshotAsync();

        var (kib, frames) = await site.TrafficAsync(() => Eventually.GetAsync<object>(
            async () => Convert.ToHexString(await chart.ScreenshotAsync()) != Convert.ToHexString(first) && box.Readings > 12 ? "" : null,
            TimeSpan.FromSeconds(40),
            () => "the chart stands still"));

        TestContext.Current.SendDiagnosticMessage($"stats pane: {kib:0.0} KiB/s, {frames:0.0} frames/s");
        Assert.True(kib <= 10, $"{kib:0.0} KiB/s");
        await site.Page.GetByTestId("cpu-chart").Locator(".u-over").HoverAsync();
        await site.ShotAsync($"stats-pane-{theme}");
        await site.AssertAccessibleAsync();
        Assert.Empty(site.Errors);
    }

    private const string Visible = """
        (() => {
          const box = document.querySelector('[data-testid=log-scroll]').getBoundingClientRect();
          return [...document.querySelectorAll('.log-row')].filter(row => {
            const at = row.getBoundingClientRect();
            return at.top >= box.top && at.bottom <= box.bottom;
          }).map(row => Math.round(row.getBoundingClientRect().top) + row.textContent).join('\n');
        })()
        """;

    private static async Task WriteAsync(FakeContainer box, int linesASecond, int seconds)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(0.05));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var written = 0;
        while (written < linesASecond * seconds)
        {
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
            var due = Math.Min(linesASecond * seconds, (int)(watch.Elapsed.TotalSeconds * linesASecond));
            for (; written < due; written++) box.Log.Write(Encoding.UTF8.GetBytes($"line {++box.Lines} {Sample}\n"));
        }
    }
}
