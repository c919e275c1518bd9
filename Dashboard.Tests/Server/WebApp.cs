using Dashboard.Server.Auth;
using Dashboard.Server.Hosting;
using Dashboard.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Server;

/// <summary>The web app as the server composes it, without an engine, in this process on a port of its own.</summary>
internal sealed partial class WebApp : IAsyncDisposable
{
    private readonly bool _ownsData;

    private WebApp(WebApplication app, string dataRoot, bool ownsData)
    {
        App = app;
        DataRoot = dataRoot;
        _ownsData = ownsData;
        Address = new Uri(app.Urls.First());
    }

    public WebApplication App { get; }
    public string DataRoot { get; }
    public Uri Address { get; }

    /// <summary>A fresh link, as the start prints it.</summary>
    public string EnterPath => $"{AccountEndpoints.EnterPath}?token={App.Services.GetRequiredService<LoginLinks>().Issue()}";

    /// <param name="connect">The one engine that it works with; null is none.</param>
    /// <param name="dataRoot">A data-root that was used before; null makes one.</param>
    public static async Task<WebApp> StartAsync(string? dataRoot = null, string? connect = null)
    {
        var root = dataRoot ?? TestPlaces.NewWorkDirectory("web");
        var app = DashboardApplication.Build(["--urls", "http://127.0.0.1:0", "--engine", "off", "--connect", connect ?? "none", "--data-root", root, "--run-root", Path.Combine(root, "run")], out _);
        await app.StartAsync();
        return new WebApp(app, root, dataRoot is null);
    }

    /// <summary>A browser of its own: cookies kept, redirects not followed.</summary>
    public HttpClient NewBrowser()
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true }) { BaseAddress = Address };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return client;
    }

    public async Task<HttpClient> SignedInAsync()
    {
        var browser = NewBrowser();
        await browser.GetAsync(EnterPath);
        (await PostFormAsync(browser, "/setup", "/account/setup", new() { ["user"] = "admin", ["password"] = Password })).Dispose();
        return browser;
    }

    public const string Password = "correct horse battery staple";

    /// <summary>Opens a page with a form as a browser does, and posts its fields with the page's antiforgery token.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(HttpClient browser, string page, string action, Dictionary<string, string> fields)
    {
        var html = await browser.GetStringAsync(page);
        var token = System.Net.WebUtility.HtmlDecode(AntiforgeryPattern().Match(html).Groups[1].Value);
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(fields) { ["__RequestVerificationToken"] = token });
        return await browser.PostAsync(action, form);
    }

    public async ValueTask DisposeAsync()
    {
        await App.StopAsync();
        await App.DisposeAsync();
        if (_ownsData) Directory.Delete(DataRoot, recursive: true);
    }

    [System.Text.RegularExpressions.GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial System.Text.RegularExpressions.Regex AntiforgeryPattern();
}
