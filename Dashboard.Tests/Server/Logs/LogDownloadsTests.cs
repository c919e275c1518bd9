using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Dashboard.Client;
using Dashboard.Client.Connections;
using Dashboard.Server.Logs;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dashboard.Tests.Server.Logs;

public sealed class LogDownloadsTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private FakeDockerApi _api = null!;
    private FakeContainer _box = null!;
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeDockerApi.StartAsync();
        _box = _api.Add(new FakeContainer("box"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddDashboardClient();
        builder.Services.AddSingleton<IDockerEndpoints>(new OneEndpoint(new DockerEndpoint("fake", "Fake engine", _api.Address)));
        builder.Services.AddAuthentication(HeaderSignIn.Scheme).AddScheme<AuthenticationSchemeOptions, HeaderSignIn>(HeaderSignIn.Scheme, null);
        builder.Services.AddAuthorization();
        _app = builder.Build();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapLogDownloads();
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.First());
        _http.DefaultRequestHeaders.Add(HeaderSignIn.Header, "admin");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Download_SignedIn_IsTheWholeLogAsAFile()
    {
        for (var number = 1; number <= 20_000; number++) _box.Log.Write($"line {number}", error: number % 2 == 0);

        using var response = await GetAsync("/logs/fake/box");
        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimEnd('\n').Split('\n');

        Assert.Equal(Enumerable.Range(1, 20_000).Select(number => $"line {number}"), lines);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Matches(@"^box-\d{8}-\d{6}\.log$", response.Content.Headers.ContentDisposition?.FileName);
    }

    [Fact]
    public async Task Download_WithTimestamps_HasThem()
    {
        _box.Log.Write("hello");

        using var response = await GetAsync("/logs/fake/box?timestamps=true");

        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z hello\n$", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Download_Stranger_IsRefusedAndTheEngineNotAsked()
    {
        _http.DefaultRequestHeaders.Clear();

        using var response = await GetAsync("/logs/fake/box");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Empty(_api.Requests);
    }

    [Theory]
    [InlineData("/logs/fake/nothing")]
    [InlineData("/logs/elsewhere/box")]
    [InlineData("/logs/fake/..%2f..%2finfo")]
    [InlineData("/logs/fake/box%3fx")]
    public async Task Download_NotThere_SaysSo(string path)
    {
        using var response = await GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Null(response.Content.Headers.ContentDisposition);
        Assert.DoesNotContain("/info", _api.Requests);
    }

    [Fact]
    public async Task Download_EngineAway_SaysSo()
    {
        await _api.GoAwayAsync();

        using var response = await GetAsync("/logs/fake/box");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
    }

    [Theory]
    [InlineData("/web-1.db", "web-1.db-20260131-123456.log")]
    [InlineData("/../../etc/passwd", "etcpasswd-20260131-123456.log")]
    [InlineData("/a\"b\r\n;c", "abc-20260131-123456.log")]
    [InlineData("/한국", "container-20260131-123456.log")]
    public void FileName_OfAnyName_IsSafe(string name, string file) =>
        Assert.Equal(file, LogDownloads.FileName(name, new DateTimeOffset(2026, 1, 31, 12, 34, 56, TimeSpan.Zero)));

    private Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(path, TestContext.Current.CancellationToken);

    private sealed class OneEndpoint(DockerEndpoint endpoint) : IDockerEndpoints
    {
        public string? WhyNone => null;

        public IReadOnlyList<DockerEndpoint> List() => [endpoint];
    }

    private sealed class HeaderSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        public new const string Scheme = "Header";
        public const string Header = "X-Test-User";

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers[Header].FirstOrDefault() is { } user
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], Scheme)), Scheme))
            : AuthenticateResult.NoResult());
    }
}
