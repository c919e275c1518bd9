using System.Net;

namespace Dashboard.Tests.Server.Auth;

public sealed class SignInTests : IAsyncLifetime
{
    private WebApp? _app;

    private WebApp App => _app!;

    public async ValueTask InitializeAsync() => _app = await WebApp.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/containers")]
    [InlineData("/containers/web/logs")]
    public async Task Page_SignedOut_LeadsToTheLogin(string path)
    {
        using var browser = App.NewBrowser();

        var response = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.StartsWith("/login", response.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/_blazor/negotiate?negotiateVersion=1", "POST")]
    [InlineData("/_blazor", "GET")]
    [InlineData("/account/logout", "POST")]
    public async Task Socket_SignedOut_IsUnauthorized(string path, string method)
    {
        using var browser = App.NewBrowser();
        browser.DefaultRequestHeaders.Accept.Clear();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        var response = await browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Link_FirstRun_MakesTheAdminAndSignsIn()
    {
        using var browser = App.NewBrowser();

        var entered = await browser.GetAsync(App.EnterPath);
        var made = await WebApp.PostFormAsync(browser, "/setup", "/account/setup", new() { ["user"] = "admin", ["password"] = WebApp.Password });
        var home = await browser.GetAsync("/");

        Assert.Equal("/setup", entered.Headers.Location!.ToString());
        Assert.Equal("/", made.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
    }

    [Fact]
    public async Task Link_AdminExists_SignsInAtOnce()
    {
        using var first = await App.SignedInAsync();
        using var other = App.NewBrowser();

        var entered = await other.GetAsync(App.EnterPath);
        var home = await other.GetAsync("/");

        Assert.Equal("/", entered.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.OK, home.StatusCode);
    }

    [Fact]
    public async Task Link_UsedTwice_IsRefused()
    {
        using var first = await App.SignedInAsync();
        var link = App.EnterPath;
        using var second = App.NewBrowser();
        using var third = App.NewBrowser();

        await second.GetAsync(link);
        var refused = await third.GetAsync(link);

        Assert.Equal("/login?problem=link", refused.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Redirect, (await third.GetAsync("/")).StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("guess")]
    public async Task Link_Wrong_IsRefused(string token)
    {
        _ = App.EnterPath;
        using var browser = App.NewBrowser();

        var refused = await browser.GetAsync("/enter?token=" + token);

        Assert.Equal("/login?problem=link", refused.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Setup_WithoutTheLink_IsRefused()
    {
        using var browser = App.NewBrowser();

        var refused = await WebApp.PostFormAsync(browser, "/setup", "/account/setup", new() { ["user"] = "mallory", ["password"] = WebApp.Password });

        Assert.Equal("/login?problem=link", refused.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Setup_SecondTime_MakesNoSecondAdmin()
    {
        using var late = App.NewBrowser();
        await late.GetAsync(App.EnterPath);
        using var first = await App.SignedInAsync();

        var refused = await WebApp.PostFormAsync(late, "/setup", "/account/setup", new() { ["user"] = "late", ["password"] = WebApp.Password });

        Assert.Equal("/setup?problem=exists", refused.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("admin", "short", "PasswordTooShort")]
    [InlineData("admin", "aaaaaaaaaaaaaa", "PasswordRequiresUniqueChars")]
    [InlineData("ad min", WebApp.Password, "InvalidUserName")]
    public async Task Setup_BadInput_NamesTheProblem(string user, string password, string problem)
    {
        using var browser = App.NewBrowser();
        await browser.GetAsync(App.EnterPath);

        var refused = await WebApp.PostFormAsync(browser, "/setup", "/account/setup", new() { ["user"] = user, ["password"] = password });
        var page = await browser.GetStringAsync(refused.Headers.Location!);

        Assert.Equal("/setup?problem=" + problem, refused.Headers.Location!.ToString());
        Assert.Contains("setup-problem", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Password_RightAndWrong_AreTold()
    {
        using var first = await App.SignedInAsync();
        using var browser = App.NewBrowser();

        var wrong = await WebApp.PostFormAsync(browser, "/login", "/account/login", new() { ["user"] = "admin", ["password"] = "not this one" });
        var right = await WebApp.PostFormAsync(browser, "/login", "/account/login", new() { ["user"] = "admin", ["password"] = WebApp.Password, ["returnUrl"] = "/containers/web" });

        Assert.Equal("/login?problem=credentials", wrong.Headers.Location!.ToString());
        Assert.Equal("/containers/web", right.Headers.Location!.ToString());
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    public async Task Password_ForeignReturnUrl_StaysHere(string returnUrl)
    {
        using var first = await App.SignedInAsync();
        using var browser = App.NewBrowser();

        var right = await WebApp.PostFormAsync(browser, "/login", "/account/login", new() { ["user"] = "admin", ["password"] = WebApp.Password, ["returnUrl"] = returnUrl });

        Assert.Equal("/", right.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Password_GuessedTenTimes_LocksTheAccount()
    {
        using var first = await App.SignedInAsync();
        using var browser = App.NewBrowser();
        for (var i = 0; i < 10; i++)
            await WebApp.PostFormAsync(browser, "/login", "/account/login", new() { ["user"] = "admin", ["password"] = "guess " + i });

        var right = await WebApp.PostFormAsync(browser, "/login", "/account/login", new() { ["user"] = "admin", ["password"] = WebApp.Password });

        Assert.Equal("/login?problem=locked", right.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Post_WithoutAntiforgeryToken_IsRefused()
    {
        using var first = await App.SignedInAsync();
        using var browser = App.NewBrowser();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["user"] = "admin", ["password"] = WebApp.Password });

        var response = await browser.PostAsync("/account/login", form);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task SignOut_Then_PagesAreClosed()
    {
        using var browser = await App.SignedInAsync();

        var left = await WebApp.PostFormAsync(browser, "/login", "/account/logout", []);
        var home = await browser.GetAsync("/");

        Assert.Equal("/login", left.Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.Redirect, home.StatusCode);
    }

    [Fact]
    public async Task Session_ServerRestarted_IsStillGood()
    {
        var root = Directory.CreateTempSubdirectory("dashboard-web-").FullName;
        try
        {
            string session;
            await using (var before = await WebApp.StartAsync(root))
                session = await SessionCookieAsync(before);
            await using var after = await WebApp.StartAsync(root);
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = after.Address };
            client.DefaultRequestHeaders.Add("Cookie", session);

            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public async Task Answer_Headers_KeepThePageToItself()
    {
        using var browser = App.NewBrowser();

        var response = await browser.GetAsync("/login");

        Assert.Contains("script-src 'self';", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", response.Headers.GetValues("Referrer-Policy").Single());
    }

    private static async Task<string> SessionCookieAsync(WebApp app)
    {
        var cookies = new CookieContainer();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = cookies }) { BaseAddress = app.Address };
        await client.GetAsync(app.EnterPath);
        await WebApp.PostFormAsync(client, "/setup", "/account/setup", new() { ["user"] = "admin", ["password"] = WebApp.Password });
        return cookies.GetCookieHeader(app.Address);
    }
}
