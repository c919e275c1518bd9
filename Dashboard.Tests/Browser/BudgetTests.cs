using System.Diagnostics;
using Dashboard.Client.Connections;
using Dashboard.Tests.Server;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>What the real app may cost on the wire, over an engine with a thousand containers that all change every second.</summary>
public sealed class BudgetTests : IAsyncLifetime
{
    private FakeDockerApi? _api;
    private WebApp? _app;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private long _received;
    private long _frames;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeDockerApi.StartAsync(containers: 1000);
        _app = await WebApp.StartAsync(connect: _api.Address.ToString());
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_app is not null) await _app.DisposeAsync();
        if (_api is not null) await _api.DisposeAsync();
    }

    [Fact]
    public async Task Containers_AThousandThatChangeEverySecond_StayWithinTheBudget()
    {
        var page = await SignedInAsync();
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
        var connection = _app!.App.Services.GetRequiredService<DockerConnections>().Find()!;
        var page = await SignedInAsync();
        await Assertions.Expect(page.GetByTestId("container-row").First).ToBeVisibleAsync();
        Assert.True(connection.Containers.Changed.Subscribers > 0);

        await page.Context.CloseAsync();

        await Eventually.TrueAsync(
            () => connection.Containers.Changed.Subscribers == 0 && connection.Stats.Ticked.Subscribers == 0,
            TimeSpan.FromSeconds(90),
            () => $"{connection.Containers.Changed.Subscribers} follow the containers, {connection.Stats.Ticked.Subscribers} the stats");
        await Eventually.TrueAsync(() => connection.Events.Listeners == 0, TimeSpan.FromSeconds(15), () => $"{connection.Events.Listeners} listen to events");
    }

    private async Task<IPage> SignedInAsync()
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) =>
        {
            Interlocked.Add(ref _received, frame.Binary?.Length ?? frame.Text?.Length ?? 0);
            Interlocked.Increment(ref _frames);
        };
        await page.GotoAsync(new Uri(_app!.Address, _app.EnterPath).ToString());
        await page.GetByTestId("setup-password").FillAsync(WebApp.Password);
        await page.GetByTestId("setup-submit").ClickAsync();
        await Assertions.Expect(page.GetByTestId("containers-table")).ToBeVisibleAsync();
        return page;
    }

    // The page's own changes are the clock: a reading a second.
    private async Task<(double KiB, double Frames)> TrafficAsync(IPage page, int readings)
    {
        var (received, frames) = (Interlocked.Read(ref _received), Interlocked.Read(ref _frames));
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < readings; i++)
        {
            var cell = page.GetByTestId("container-memory").First;
            var before = await cell.TextContentAsync() ?? "";
            await Assertions.Expect(cell).Not.ToHaveTextAsync(before, new() { Timeout = 15_000 });
        }
        var seconds = watch.Elapsed.TotalSeconds;
        return ((Interlocked.Read(ref _received) - received) / 1024d / seconds, (Interlocked.Read(ref _frames) - frames) / seconds);
    }
}
