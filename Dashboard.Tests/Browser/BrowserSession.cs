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

    private BrowserSession(DashboardServer server, IPlaywright playwright, IBrowser browser, IPage page, string wrapper, Look look)
    {
        Server = server;
        Look = look;
        _playwright = playwright;
        Browser = browser;
        Page = page;
        _wrapper = wrapper;
        page.SetDefaultTimeout(20_000);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _consoleErrors.Add(message.Text);
        };
        page.PageError += (_, error) => _consoleErrors.Add(error);
        page.Request += (_, request) =>
        {
            if (!IsOurs(new Uri(request.Url))) _consoleErrors.Add("asked for " + request.Url);
        };
        // Who leaves a page cuts off what it still loads.
        page.RequestFailed += (_, request) =>
        {
            if (request.Failure != "net::ERR_ABORTED") _consoleErrors.Add($"{request.Url}: {request.Failure}");
        };
    }

    public DashboardServer Server { get; }
    public IBrowser Browser { get; }
    public IPage Page { get; }
    public DockerCli Docker => Server.Docker;
    public Look Look { get; }

    /// <summary>What the console called an error, requests that failed, and requests to anybody but the server.</summary>
    public IReadOnlyList<string> ConsoleErrors => _consoleErrors;

    public static async Task<BrowserSession> StartAsync(Look? look = null)
    {
        look ??= new Look("light", 1440);
        var server = await DashboardServer.StartAsync();
        (await server.Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
        var playwright = await Playwright.CreateAsync();
        var wrapper = await WrapperAsync(server.Network);
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = wrapper,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height },
            ColorScheme = look.Theme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
        });
        return new BrowserSession(server, playwright, browser, page, wrapper, look);
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

    /// <summary>A page that must fit its width and be usable by all; its picture is left to be looked at.</summary>
    public async Task LookAtAsync(string page)
    {
        await ShotAsync(page + Look.Suffix);
        await AssertFitsAsync(page);
        await AssertAccessibleAsync($"{page}, {Look.Theme}, {Look.Width} px");
    }

    public async Task AssertFitsAsync(string page)
    {
        var overflow = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(overflow <= 1, $"{page} is {overflow} px wider than {Page.ViewportSize!.Width} px");
        var beyond = await Page.EvaluateAsync<string[]>(Beyond);
        Assert.True(beyond.Length == 0, $"{page}: beyond the edge of {Page.ViewportSize!.Width} px are {string.Join(", ", beyond)}");
    }

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

    private static bool IsOurs(Uri address) => address.Scheme is "data" or "blob" or "about" || address.IsLoopback;

    // What can be pressed must be in view, or in something that scrolls to it.
    private const string Beyond = """
        () => [...document.querySelectorAll("main a, main button, main input, main select, nav a, nav button")]
          .filter(each => each.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !each.closest(".skip, .visually-hidden, thead"))
          .filter(each => {
            const { left, right, width } = each.getBoundingClientRect();
            if (width < 2 || (left >= -1 && right <= innerWidth + 1)) return false;
            for (let box = each.parentElement; box; box = box.parentElement)
              if (box.scrollWidth > box.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(box).overflowX)) return false;
            return true;
          })
          .map(each => each.outerHTML.slice(0, 120))
        """;

    // Playwright talks to the browser by inherited pipes, which nsenter passes on.
    private static async Task<string> WrapperAsync(TestNetwork network)
    {
        var script = Path.Combine(TestPlaces.NewWorkDirectory("chromium"), "chromium");
        await File.WriteAllTextAsync(script, $"#!/bin/sh\nexec {string.Join(' ', network.Inside)} /usr/bin/chromium \"$@\"\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return script;
    }
}
