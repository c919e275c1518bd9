using Dashboard.Client;
using Dashboard.Client.Connections;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Deque.AxeCore.Playwright;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Playwright;

namespace Dashboard.Tests.Browser.Panes;

/// <summary>A site of one pane over a fake engine, and a browser on it that counts what comes over the circuit's socket.</summary>
internal sealed class PaneSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _errors = [];
    private long _received;
    private long _frames;

    private PaneSite(FakeDockerApi api, WebApplication app, IPlaywright playwright, IBrowser browser, IPage page)
    {
        Api = api;
        Page = page;
        _app = app;
        _playwright = playwright;
        _browser = browser;
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
    }

    public FakeDockerApi Api { get; }
    public IPage Page { get; }
    public IReadOnlyList<string> Errors => _errors;
    public DockerConnection Connection => _app.Services.GetRequiredService<DockerConnection>();

    public static async Task<PaneSite> StartAsync()
    {
        var api = await FakeDockerApi.StartAsync();
        // The server's manifests of static assets lie beside the tests.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "Dashboard.Server", ContentRootPath = Path.Combine(TestPlaces.Repository, "Dashboard.Server") });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.UseStaticWebAssets();
        MemoryPreferences.AddTo(builder.Services);
        builder.Services.AddSingleton(TestConnection.To(api));
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        var app = builder.Build();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<PaneDocument>().AddInteractiveServerRenderMode();
        await app.StartAsync();
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"] });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions { ViewportSize = new ViewportSize { Width = 1440, Height = 900 } });
        return new PaneSite(api, app, playwright, browser, page);
    }

    public Task OpenAsync(string pane, FakeContainer container, string theme = "dark") => Page.GotoAsync($"{_app.Urls.First()}/pane?pane={pane}&container={container.Id}&theme={theme}");

    /// <summary>KiB and frames a second that the circuit sent while something went on.</summary>
    public async Task<(double KiB, double Frames)> TrafficAsync(Func<Task> meanwhile)
    {
        var (received, frames) = (Interlocked.Read(ref _received), Interlocked.Read(ref _frames));
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await meanwhile();
        var seconds = watch.Elapsed.TotalSeconds;
        return ((Interlocked.Read(ref _received) - received) / 1024d / seconds, (Interlocked.Read(ref _frames) - frames) / seconds);
    }

    public Task ShotAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(TestPlaces.Artifacts, "screenshots", name + ".png") });

    public async Task AssertAccessibleAsync()
    {
        var violations = (await Page.RunAxe()).Violations.Select(violation => $"{violation.Id}: {violation.Help} ({string.Join("; ", violation.Nodes.Select(node => node.Html).Take(3))})");
        Assert.Empty(violations);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
        await _app.StopAsync(TestContext.Current.CancellationToken);
        await _app.DisposeAsync();
        await Api.DisposeAsync();
    }
}
