using Dashboard.Tests.Shared;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>The real server with busybox loaded, and Debian's chromium in the server's network, where 127.0.0.1 is the server's.</summary>
internal sealed class BrowserSession : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly string _wrapper;
    private readonly List<string> _consoleErrors = [];

    private BrowserSession(DashboardServer server, IPlaywright playwright, IBrowser browser, IPage page, string wrapper)
    {
        Server = server;
        _playwright = playwright;
        Browser = browser;
        Page = page;
        _wrapper = wrapper;
        page.SetDefaultTimeout(20_000);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _consoleErrors.Add(message.Text);
        };
    }

    public DashboardServer Server { get; }
    public IBrowser Browser { get; }
    public IPage Page { get; }
    public DockerCli Docker => Server.Docker;
    public IReadOnlyList<string> ConsoleErrors => _consoleErrors;

    public static async Task<BrowserSession> StartAsync()
    {
        var server = await DashboardServer.StartAsync();
        (await server.Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
        var playwright = await Playwright.CreateAsync();
        var wrapper = await WrapperAsync(server.Network);
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = wrapper,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
        return new BrowserSession(server, playwright, browser, page, wrapper);
    }

    /// <summary>Opens the printed link, creates the admin where the first run asks for one, and goes to the containers.</summary>
    public async Task SignInAsync()
    {
        await Page.GotoAsync(Server.LoginLink);
        var setup = Page.GetByTestId("setup-submit");
        var table = Page.GetByTestId("containers-table");
        await Assertions.Expect(table.Or(Page.GetByTestId("nav-containers")).Or(setup).First).ToBeVisibleAsync();
        if (await setup.CountAsync() > 0)
        {
            await ShotAsync("setup");
            await Page.GetByTestId("setup-user").FillAsync("admin");
            await Page.GetByTestId("setup-password").FillAsync("correct horse battery staple");
            await setup.ClickAsync();
        }
        if (await table.CountAsync() == 0) await Page.GetByTestId("nav-containers").First.ClickAsync();
        await Assertions.Expect(table).ToBeVisibleAsync();
    }

    public ILocator Row(string container) => Page.Locator($"[data-testid=container-row][data-name={container}]");

    public Task ShotAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(TestPlaces.Artifacts, "screenshots", name + ".png") });

    public async Task AssertAccessibleAsync(string where)
    {
        var serious = (await Page.RunAxe()).Violations
            .Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {violation.Help} ({string.Join("; ", violation.Nodes.Select(node => node.Html).Take(3))})")
            .ToList();
        Assert.True(serious.Count == 0, $"{where}: {string.Join("\n", serious)}");
    }

    public async ValueTask DisposeAsync()
    {
        await ShotAsync("last");
        await Browser.DisposeAsync();
        _playwright.Dispose();
        Directory.Delete(Path.GetDirectoryName(_wrapper)!, recursive: true);
        await Server.DisposeAsync();
    }

    // Playwright talks to the browser by inherited pipes, which nsenter passes on.
    private static async Task<string> WrapperAsync(TestNetwork network)
    {
        var script = Path.Combine(TestPlaces.NewWorkDirectory("chromium"), "chromium");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nexec {string.Join(' ', network.Inside)} /usr/bin/chromium \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return script;
    }
}
