using Dashboard.Tests.Shared;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>What a newcomer does in the browser, in both themes, at a desk and on a phone. The screenshots are left in artifacts/screenshots to be looked at.</summary>
public sealed class JourneyTests : IAsyncDisposable
{
    // Counts up and burns some CPU, so that log and charts have something to show.
    private const string Ticking = "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo tick $i; j=0; while [ $j -lt 20000 ]; do j=$((j+1)); done; sleep 0.3 & wait $!; done";
    private BrowserSession? _session;

    private BrowserSession Session => _session!;
    private IPage Page => Session.Page;

    public async ValueTask DisposeAsync()
    {
        if (_session is not null) await _session.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Look.All), MemberType = typeof(Look))]
    public async Task Newcomer_FromLoginLinkToRemoval_SeesTheContainerLive(string theme, int width)
    {
        _session = await BrowserSession.StartAsync(new Look(theme, width));
        await Session.SignInAsync();
        await Assertions.Expect(Page.GetByTestId("first-container")).ToBeVisibleAsync();
        await Session.LookAtAsync("containers-empty");

        await RunAsync();
        await ListAsync();
        await LogsAsync();
        await ChartsAsync();
        await TerminalAsync();
        await InspectAsync();
        await StopAsync();
        await RemoveAsync();
        await SettingsAsync();
        Assert.Empty(Session.ConsoleErrors);
    }

    [Fact]
    public async Task LoginLink_NoneOrUsedTwice_ShowsNothing()
    {
        _session = await BrowserSession.StartAsync(new Look("dark", 390));
        await Page.GotoAsync(new Uri(new Uri(Session.Server.LoginLink), "/").ToString());
        await Assertions.Expect(Page.GetByTestId("login-submit")).ToBeVisibleAsync();
        await Session.LookAtAsync("signed-out");
        await Assertions.Expect(Page.GetByTestId("containers-table")).ToHaveCountAsync(0);

        await Session.SignInAsync();
        await using var other = await Session.Browser.NewContextAsync();
        var stranger = await other.NewPageAsync();
        await stranger.GotoAsync(Session.Server.LoginLink);

        await Assertions.Expect(stranger.GetByTestId("containers-table")).ToHaveCountAsync(0);
    }

    private async Task RunAsync()
    {
        await Page.GetByTestId("nav-images").ClickAsync();
        var image = Page.Locator($"[data-testid=image-row][data-name='{TestImages.Busybox}']");
        await Assertions.Expect(image).ToBeVisibleAsync();
        await Session.LookAtAsync("images-one");
        await image.GetByTestId("image-run").ClickAsync();
        await Page.GetByTestId("run-name").FillAsync("web");
        await Page.GetByTestId("run-command").FillAsync($"sh -c \"{Ticking}\"");
        await Page.GetByTestId("run-memory").FillAsync("256m");
        await Page.GetByTestId("port-add").ClickAsync();
        await Page.GetByTestId("port-host").FillAsync("8088");
        await Page.GetByTestId("port-container").FillAsync("80");
        await Assertions.Expect(Page.GetByTestId("run-line")).ToContainTextAsync("-p 8088:80");
        await Session.LookAtAsync("run-filled");
        await Page.GetByTestId("run-submit").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("container-state").First).ToContainTextAsync("running", new() { IgnoreCase = true, Timeout = 60_000 });
    }

    private async Task ListAsync()
    {
        await Page.GetByTestId("nav-containers").ClickAsync();
        var row = Session.Row("web");
        await Assertions.Expect(row).ToBeVisibleAsync();
        await Assertions.Expect(row.GetByTestId("container-state")).ToContainTextAsync("running", new() { IgnoreCase = true });
        await ChangesAsync(row.GetByTestId("container-cpu"));
        await Session.LookAtAsync("containers");
        await row.GetByTestId("container-name").ClickAsync();
    }

    private async Task LogsAsync()
    {
        await Page.GetByTestId("tab-logs").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("log-pane")).ToContainTextAsync("tick");
        await ChangesAsync(Page.GetByTestId("log-pane"));
        await Session.LookAtAsync("container-logs");
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
        await Session.LookAtAsync("container-stats");
    }

    private async Task TerminalAsync()
    {
        await Page.GetByTestId("tab-terminal").ClickAsync();
        var terminal = Page.GetByTestId("terminal");
        await Assertions.Expect(terminal.Locator(".xterm-rows")).ToContainTextAsync("#");
        await terminal.ClickAsync();
        await Page.Keyboard.TypeAsync("echo answer-$((20+22))\n");
        await Assertions.Expect(terminal.Locator(".xterm-rows")).ToContainTextAsync("answer-42");
        await Session.ShotAsync("container-terminal" + Session.Look.Suffix);
        await Session.AssertFitsAsync("terminal");
    }

    private async Task InspectAsync()
    {
        await Page.GetByTestId("tab-inspect").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("inspect-json")).ToContainTextAsync(await Session.Docker.OkAsync("inspect", "--format", "{{.Id}}", "web"));
        await Session.LookAtAsync("container-inspect");
    }

    private async Task StopAsync()
    {
        await Page.GetByTestId("container-stop").First.ClickAsync();
        await Assertions.Expect(Page.GetByTestId("container-state").First).ToContainTextAsync("exited", new() { IgnoreCase = true });
        Assert.Equal("exited", await Session.Docker.OkAsync("inspect", "--format", "{{.State.Status}}", "web"));
        await Session.LookAtAsync("container-stopped");
    }

    private async Task RemoveAsync()
    {
        await Page.GetByTestId("container-remove").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("confirm-ok")).ToBeVisibleAsync();
        await Session.LookAtAsync("container-remove");
        await Page.GetByTestId("confirm-ok").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("first-container")).ToBeVisibleAsync();
        Assert.Equal("", await Session.Docker.OkAsync("ps", "-aq"));
    }

    private async Task SettingsAsync()
    {
        await Page.GetByTestId("nav-settings").ClickAsync();
        await Assertions.Expect(Page.GetByTestId("settings")).ToBeVisibleAsync();
        await Session.LookAtAsync("settings");
        await Page.EvaluateAsync("Blazor.navigateTo('no/such/page')");
        await Assertions.Expect(Page.GetByTestId("not-found")).ToBeVisibleAsync();
        await Session.LookAtAsync("not-found");
    }

    private static async Task ChangesAsync(ILocator locator)
    {
        var first = await locator.TextContentAsync();
        await Assertions.Expect(locator).Not.ToHaveTextAsync(first ?? "", new() { Timeout = 15_000 });
    }
}
