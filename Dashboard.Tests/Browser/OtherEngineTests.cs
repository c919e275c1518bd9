using Dashboard.Tests.Server;
using Dashboard.Tests.Shared;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>The same pages over a real dockerd: what the UI needs is Docker's API and nothing of ours.</summary>
public sealed class OtherEngineTests
{
    [Fact]
    public async Task Dockerd_ContainersLogsStatsTerminalAndStop_Work()
    {
        await using var dockerd = await RealDockerd.StartAsync();
        (await dockerd.Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
        await dockerd.Docker.OkAsync("run", "-d", "--name", "theirs", TestImages.Busybox, "sh", "-c", "trap 'exit 0' TERM; i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.3 & wait $!; done");
        await using var app = await WebApp.StartAsync(connect: "unix://" + dockerd.SocketPath);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"] });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
        page.SetDefaultTimeout(30_000);
        await page.GotoAsync(new Uri(app.Address, app.EnterPath).ToString());
        await page.GetByTestId("setup-password").FillAsync(WebApp.Password);
        await page.GetByTestId("setup-submit").ClickAsync();

        var row = page.Locator("[data-testid=container-row][data-name=theirs]");
        await Assertions.Expect(row.GetByTestId("container-cpu")).Not.ToBeEmptyAsync(new() { Timeout = 30_000 });
        await row.GetByTestId("container-name").ClickAsync();
        await Assertions.Expect(page.GetByTestId("log-pane")).ToContainTextAsync("tick");
        await page.GetByTestId("tab-stats").ClickAsync();
        await Assertions.Expect(page.GetByTestId("cpu-chart")).ToBeVisibleAsync();
        await page.GetByTestId("tab-terminal").ClickAsync();
        await Assertions.Expect(page.GetByTestId("terminal").Locator(".xterm-rows")).ToContainTextAsync("#");
        await page.GetByTestId("terminal").ClickAsync();
        await page.Keyboard.TypeAsync("echo answer-$((20+22))\n");
        await Assertions.Expect(page.GetByTestId("terminal").Locator(".xterm-rows")).ToContainTextAsync("answer-42");
        await page.GetByTestId("container-stop").ClickAsync();
        await Assertions.Expect(page.GetByTestId("container-state").First).ToContainTextAsync("exited", new() { IgnoreCase = true });

        Assert.Equal("exited", await dockerd.Docker.OkAsync("inspect", "--format", "{{.State.Status}}", "theirs"));
    }
}
