using Dashboard.Tests.Shared;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>What a newcomer does in the browser. The screenshots are left in artifacts/screenshots to be looked at.</summary>
public sealed class JourneyTests : IAsyncLifetime
{
    // Counts up and burns some CPU, so that log and charts have something to show.
    private const string Ticking = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo tick $i; j=0; while [ $j -lt 20000 ]; do j=$((j+1)); done; sleep 0.3 & wait $!; done";
    private BrowserSession? _session;

    private BrowserSession Session => _session!;
    private IPage Page => Session.Page;

    public async ValueTask InitializeAsync() => _session = await BrowserSession.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
    }

    [Fact]
    public async Task Newcomer_FromLoginLinkToStop_SeesTheContainerLive()
    {
        await Session.SignInAsync();
        await Assertions.Expect(Page.GetByTestId("first-container")).ToBeVisibleAsync();
        await Session.ShotAsync("containers-empty");
        await Session.AssertAccessibleAsync("containers, empty");

        await Session.Docker.OkAsync("run", "-d", "--name", "web", "-p", "8088:80", "-m", "256m", "--cpus", "0.5", TestImages.Busybox, "sh", "-c", Ticking);
        var row = Session.Row("web");
        await Assertions.Expect(row).ToBeVisibleAsync();
        await Assertions.Expect(row.GetByTestId("container-state")).ToContainTextAsync("running", new() { IgnoreCase = true });
        await ChangesAsync(row.GetByTestId("container-cpu"));
        await Session.ShotAsync("containers");
        await Session.AssertAccessibleAsync("containers");

        await row.GetByTestId("container-name").ClickAsync();
        await LogsAsync();
        await ChartsAsync();
        await TerminalAsync();
        await InspectAsync();
        await StopAsync();
        Assert.Empty(Session.ConsoleErrors);
    }

    [Fact]
    public async Task Containers_OnAPhone_FitItsWidth()
    {
        await Page.SetViewportSizeAsync(390, 844);
        await Session.SignInAsync();
        await Session.Docker.OkAsync("run", "-d", "--name", "pocket", TestImages.Busybox, "sh", "-c", Ticking);
        await Assertions.Expect(Session.Row("pocket")).ToBeVisibleAsync();

        await Session.ShotAsync("containers-phone");
        var overflow = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");

        Assert.True(overflow <= 1, $"the page is {overflow} px wider than the phone");
    }

    [Fact]
    public async Task LoginLink_NoneOrUsedTwice_ShowsNothing()
    {
        await Page.GotoAsync(new Uri(new Uri(Session.Server.LoginLink), "/").ToString());
        await Session.ShotAsync("signed-out");
        await Assertions.Expect(Page.GetByTestId("containers-table")).ToHaveCountAsync(0);

        await Session.SignInAsync();
        await using var other = await Session.Browser.NewContextAsync();
        var stranger = await other.NewPageAsync();
        await stranger.GotoAsync(Session.Server.LoginLink);

        await Assertions.Expect(stranger.GetByTestId("containers-table")).ToHaveCountAsync(0);
    }

    private async Task LogsAsync()
    {
        await Page.GetByTestId("tab-logs").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("log-pane")).ToContainTextAsync("tick");
        await ChangesAsync(Page.GetByTestId("log-pane"));
        await Session.ShotAsync("container-logs");
        await Session.AssertAccessibleAsync("logs");
    }

    private async Task ChartsAsync()
    {
        await Page.GetByTestId("tab-stats").ClickAsync();
        var chart = Page.GetByTestId("cpu-chart");
        await Assertions.Expect(chart).ToBeVisibleAsync();
        var first = await chart.ScreenshotAsync();
        await Eventually.GetAsync<object>(
            async () => Convert.ToHexString(await chart.ScreenshotAsync()) == Convert.ToHexString(first) ? null : "",
            TimeSpan.FromSeconds(15),
            () => "the CPU chart stands still");
        await Assertions.Expect(Page.GetByTestId("memory-chart")).ToBeVisibleAsync();
        await Session.ShotAsync("container-stats");
        await Session.AssertAccessibleAsync("stats");
    }

    private async Task TerminalAsync()
    {
        await Page.GetByTestId("tab-terminal").ClickAsync();
        var terminal = Page.GetByTestId("terminal");
        await Assertions.Expect(terminal.Locator(".xterm-rows")).ToContainTextAsync("#");
        await terminal.ClickAsync();
        await Page.Keyboard.TypeAsync("echo answer-$((20+22))\n");
        await Assertions.Expect(terminal.Locator(".xterm-rows")).ToContainTextAsync("answer-42");
        await Session.ShotAsync("container-terminal");
    }

    private async Task InspectAsync()
    {
        await Page.GetByTestId("tab-inspect").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("inspect-json")).ToContainTextAsync(await Session.Docker.OkAsync("inspect", "--format", "{{.Id}}", "web"));
        await Session.ShotAsync("container-inspect");
    }

    private async Task StopAsync()
    {
        await Page.GetByTestId("container-stop").First.ClickAsync();
        await Assertions.Expect(Page.GetByTestId("container-state").First).ToContainTextAsync("exited", new() { IgnoreCase = true });
        Assert.Equal("exited", await Session.Docker.OkAsync("inspect", "--format", "{{.State.Status}}", "web"));
        await Session.ShotAsync("container-stopped");
    }

    private static async Task ChangesAsync(ILocator locator)
    {
        var first = await locator.TextContentAsync();
        await Assertions.Expect(locator).Not.ToHaveTextAsync(first ?? "", new() { Timeout = 15_000 });
    }
}
