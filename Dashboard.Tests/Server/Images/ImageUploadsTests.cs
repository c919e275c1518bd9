using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Dashboard.Client;
using Dashboard.Client.Connections;
using Dashboard.Client.Features.Images;
using Dashboard.Server.Auth;
using Dashboard.Server.Images;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dashboard.Tests.Server.Images;

public sealed class ImageUploadsTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private readonly HttpClient _http = new();
    private FakeDockerApi _api = null!;
    private WebApplication _app = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeDockerApi.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddDashboardClient();
        builder.Services.AddSingleton<IDockerEndpoints>(new FakeEndpoints(_api));
        builder.Services.AddSingleton<SessionEnds>();
        builder.Services.AddSingleton<ISessionEnd>(services => services.GetRequiredService<SessionEnds>());
        builder.Services.AddAuthentication(HeaderSignIn.Name).AddScheme<AuthenticationSchemeOptions, HeaderSignIn>(HeaderSignIn.Name, null);
        builder.Services.AddAuthorization();
        _app = builder.Build();
        _app.UseAuthentication();
        _app.UseAuthorization();
        _app.MapImageUploads();
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.First());
        _http.DefaultRequestHeaders.Add(HeaderSignIn.Header, "admin");
        _http.DefaultRequestHeaders.Add("Origin", _app.Urls.First());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Load_LargerThanAnyLimit_ArrivesWhole()
    {
        long received = 0;
        _api.Images.Receive = async context =>
        {
            received = await CountAsync(context);
            await context.Response.WriteAsync("{\"stream\":\"Loaded image: app:1\\n\"}\n");
        };
        const int size = 70 << 20;

        using var response = await _http.PostAsync("/images/fake/load", new ByteArrayContent(new byte[size]), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["app:1"], (await AnswerAsync(response)).Loaded);
        Assert.Equal(size, received);
    }

    [Fact]
    public async Task Import_Name_IsPassedOn()
    {
        string? query = null;
        _api.Images.Receive = async context =>
        {
            query = $"{context.Request.Query["fromSrc"]} {context.Request.Query["repo"]} {context.Request.Query["tag"]}";
            await CountAsync(context);
            await context.Response.WriteAsync("{\"status\":\"sha256:ab\"}\n");
        };

        using var response = await _http.PostAsync("/images/fake/import?repo=me%2Fapp%26x%3D1&tag=1.0", new ByteArrayContent([1]), TestContext.Current.CancellationToken);

        Assert.Equal(["sha256:ab"], (await AnswerAsync(response)).Loaded);
        Assert.Equal("- me/app&x=1 1.0", query);
    }

    [Fact]
    public async Task Refusal_OfTheFirstBytes_IsToldWhileTheRestIsStillToCome()
    {
        _api.Images.Receive = async context =>
        {
            await context.Request.Body.ReadAtLeastAsync(new byte[512], 512);
            await context.Response.WriteAsync("{\"errorDetail\":{\"message\":\"invalid tar header\"},\"error\":\"invalid tar header\"}\n");
        };
        var told = new TaskCompletionSource<UploadAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _app.Services.GetRequiredService<UploadAnswers>().Expect("secret", told.SetResult);
        var more = new TaskCompletionSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/images/fake/load?upload=secret") { Content = new Endless(more.Task) };

        var sending = _http.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = await told.Task.WaitAsync(s_limit);

        Assert.Equal("invalid tar header", answer.Error);
        more.SetResult();
        using var response = await sending;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
    }

    [Fact]
    public async Task Engine_ThatDoesNotRead_StopsTheBrowserToo()
    {
        var go = new TaskCompletionSource();
        _api.Images.Receive = async context =>
        {
            await go.Task;
            await CountAsync(context);
            await context.Response.WriteAsync("{\"stream\":\"Loaded image: app:1\\n\"}\n");
        };
        var content = new Counted(64 << 20);

        var sending = _http.PostAsync("/images/fake/load", content, TestContext.Current.CancellationToken);
        await StandsStillAsync(() => content.Sent);

        Assert.InRange(content.Sent, 1, 32 << 20);
        go.SetResult();
        using var response = await sending;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Upload_CancelledOrSignedOut_EndsAtTheEngineToo(bool cancelled)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _api.Images.Receive = async context =>
        {
            begun.SetResult();
            try
            {
                await CountAsync(context);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                ended.SetResult();
            }
        };
        using var cancel = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/images/fake/load") { Content = new Endless(Task.Delay(Timeout.Infinite, cancel.Token)) };
        var sending = _http.SendAsync(request, cancel.Token);
        await begun.Task.WaitAsync(s_limit);

        if (cancelled) await cancel.CancelAsync();
        else await _app.Services.GetRequiredService<SessionEnds>().EndAsync(HeaderSignIn.Principal("admin"));

        await ended.Task.WaitAsync(s_limit);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => sending);
    }

    [Theory]
    [InlineData("admin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("admin", null, HttpStatusCode.Forbidden)]
    [InlineData(null, "own", HttpStatusCode.Unauthorized)]
    public async Task Upload_FromElsewhere_IsRefusedAndTheEngineNotAsked(string? user, string? origin, HttpStatusCode status)
    {
        _http.DefaultRequestHeaders.Clear();
        if (user is not null) _http.DefaultRequestHeaders.Add(HeaderSignIn.Header, user);
        if (origin is not null) _http.DefaultRequestHeaders.Add("Origin", origin == "own" ? _app.Urls.First() : origin);

        using var response = await _http.PostAsync("/images/fake/load", new ByteArrayContent([1]), TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.Empty(_api.Requests);
    }

    [Fact]
    public async Task Engine_UnknownOrAway_IsSaid()
    {
        using var unknown = await _http.PostAsync("/images/nowhere/load", new ByteArrayContent([1]), TestContext.Current.CancellationToken);
        await _api.GoAwayAsync();
        using var away = await _http.PostAsync("/images/fake/load", new ByteArrayContent([1]), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.BadGateway), (unknown.StatusCode, away.StatusCode));
        Assert.StartsWith("The engine Fake engine cannot be reached", (await AnswerAsync(away)).Error);
    }

    private static async Task<UploadAnswer> AnswerAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<UploadAnswer>(TestContext.Current.CancellationToken))!;

    private static async Task<long> CountAsync(HttpContext context)
    {
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var buffer = new byte[64 * 1024];
        long total = 0;
        int count;
        while ((count = await context.Request.Body.ReadAsync(buffer)) > 0) total += count;
        return total;
    }

    private static async Task StandsStillAsync(Func<long> value)
    {
        var (last, since) = (-1L, System.Diagnostics.Stopwatch.StartNew());
        await Eventually.TrueAsync(() =>
        {
            if (value() != last) (last, since) = (value(), System.Diagnostics.Stopwatch.StartNew());
            return last > 0 && since.Elapsed > TimeSpan.FromSeconds(1);
        }, s_limit, () => $"{value()} bytes and it goes on");
    }

    /// <summary>Some bytes, and no end until it is allowed.</summary>
    private sealed class Endless(Task until) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[4096]);
            await stream.FlushAsync();
            await until;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private sealed class Counted(int size) : HttpContent
    {
        private long sent;

        public long Sent => Interlocked.Read(ref sent);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var piece = new byte[64 * 1024];
            while (Sent < size)
            {
                await stream.WriteAsync(piece);
                Interlocked.Add(ref sent, piece.Length);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }

    private sealed class HeaderSignIn(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        public const string Name = "Header";
        public const string Header = "X-Test-User";

        public static ClaimsPrincipal Principal(string user) => new(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, user)], Name));

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers[Header].FirstOrDefault() is { } user
            ? AuthenticateResult.Success(new AuthenticationTicket(Principal(user), Name))
            : AuthenticateResult.NoResult());
    }
}
