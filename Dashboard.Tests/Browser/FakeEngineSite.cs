using Dashboard.Client.Connections;
using Dashboard.Tests.Server;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser;

/// <summary>The web app as the server composes it, over a fake engine and in this process, and a browser that counts what comes over its sockets.</summary>
internal sealed class FakeEngineSite : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _errors = [];
    private long _received;
    private long _frames;

    private FakeEngineSite(FakeDockerApi api, WebApp app, IPlaywright playwright, IBrowser browser)
    {
        Api = api;
        App = app;
        _playwright = playwright;
        _browser = browser;
        Connection = app.App.Services.GetRequiredService<DockerConnections>().Find()!;
    }

    public FakeDockerApi Api { get; }
    public WebApp App { get; }
    public DockerConnection Connection { get; }
    public IReadOnlyList<string> Errors => _errors;
    public (long Bytes, long Frames) Received => (Interlocked.Read(ref _received), Interlocked.Read(ref _frames));

    public static async Task<FakeEngineSite> StartAsync(int containers)
    {
        var api = await FakeDockerApi.StartAsync(containers);
        var app = await WebApp.StartAsync(connect: api.Address.ToString());
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"] });
        return new FakeEngineSite(api, app, playwright, browser);
    }

    /// <summary>A browser of its own that is signed in and sees the containers. Once a site: it makes the account.</summary>
    /// <param name="through">Where the app is reached, when not directly.</param>
    public async Task<IPage> SignInAsync(Uri? through = null)
    {
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") _errors.Add(message.Text);
        };
        page.PageError += (_, error) => _errors.Add(error);
        page.WebSocket += (_, socket) => socket.FrameReceived += (_, frame) =>
        {
            Interlocked.Add(ref _received, frame.Binary?.Length ?? frame.Text?.Length ?? 0);
            Interlocked.Increment(ref _frames);
        };
        await page.GotoAsync(new Uri(through ?? App.Address, App.EnterPath).ToString());
        await page.GetByTestId("setup-password").FillAsync(WebApp.Password);
        await page.GetByTestId("setup-submit").ClickAsync();
        await Assertions.Expect(page.GetByTestId("containers-table")).ToBeVisibleAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await App.DisposeAsync();
        await Api.DisposeAsync();
    }
}
