using System.Net;
using Dashboard.Client.Connections;
using Dashboard.Client.Streaming;
using Dashboard.Server.Hubs;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Server.Hubs;

/// <summary>The live feeds as another front end uses them: with SignalR's own client.</summary>
public sealed class HubTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private readonly CookieContainer _cookies = new();
    private FakeDockerApi? _api;
    private FakeContainer? _box;
    private WebApp? _app;

    private FakeDockerApi Api => _api!;
    private FakeContainer Box => _box!;
    private WebApp App => _app!;
    private DockerConnection Engine => App.App.Services.GetRequiredService<DockerConnections>().Find()!;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeDockerApi.StartAsync();
        _box = _api.Add(new FakeContainer("box"));
        _app = await WebApp.StartAsync(connect: _api.Address.ToString());
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = _app.Address };
        await browser.GetAsync(_app.EnterPath);
        await WebApp.PostFormAsync(browser, "/setup", "/account/setup", new() { ["user"] = "admin", ["password"] = WebApp.Password });
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        if (_api is not null) await _api.DisposeAsync();
    }

    [Fact]
    public async Task Logs_Follow_SendsOldAndNewLinesAndStopsWithItsCaller()
    {
        Box.Log.Write("before");
        await using var hub = await ConnectAsync("logs");
        using var stop = new CancellationTokenSource(s_limit);
        var seen = new List<string>();

        var error = await Record.ExceptionAsync(async () =>
        {
            await foreach (var message in hub.StreamAsync<LogMessage>("Follow", null, Box.Id, 100, stop.Token))
            {
                seen.AddRange(message.Lines.Select(line => line.Text));
                if (seen.Contains("before") && !seen.Contains("after")) Box.Log.Write("after", error: true);
                if (seen.Contains("after")) break;
            }
        });

        Assert.Null(error);
        Assert.Equal(1, seen.Count(line => line == "before"));
        await Eventually.TrueAsync(() => Engine.Logs.Of(Box.Id, 100).Changed.Subscribers == 0, s_limit, () => "the stream goes on after its caller left");
    }

    [Fact]
    public async Task Stats_Follow_SendsSamplesOfAll()
    {
        Api.StatsInterval = TimeSpan.FromSeconds(0.2);
        await using var hub = await ConnectAsync("stats");
        using var stop = new CancellationTokenSource(s_limit);

        await foreach (var reading in hub.StreamAsync<Dictionary<string, ContainerSample>>("Follow", null, stop.Token))
        {
            if (!reading.TryGetValue(Box.Id, out var sample) || sample.Cpu is null) continue;
            Assert.True(sample.Memory > 0);
            break;
        }

        await Eventually.TrueAsync(() => Engine.Stats.Ticked.Subscribers == 0, s_limit, () => "the feed goes on after its caller left");
    }

    [Fact]
    public async Task Events_Follow_SendsThemInOrder()
    {
        await using var hub = await ConnectAsync("events");
        using var stop = new CancellationTokenSource(s_limit);
        var seen = new List<string>();
        var stream = hub.StreamAsync<EventBundle>("Follow", null, stop.Token).GetAsyncEnumerator(stop.Token);
        var first = stream.MoveNextAsync();
        await Eventually.TrueAsync(() => Api.Events.Listeners > 0, s_limit, () => "nobody listens");

        foreach (var action in new[] { "pause", "unpause", "kill" }) Api.Emit(Box, action);
        while (seen.Count < 3 && await first)
        {
            seen.AddRange(stream.Current.Events.Select(message => message.Action));
            Assert.Equal(0, stream.Current.Dropped);
            if (seen.Count < 3) first = stream.MoveNextAsync();
        }

        Assert.Equal(["pause", "unpause", "kill"], seen);
        await stop.CancelAsync();
        await Eventually.TrueAsync(() => Engine.Events.Listeners == 0, s_limit, () => "the stream listens on");
    }

    [Fact]
    public async Task Follow_SignedOut_Ends()
    {
        await using var hub = await ConnectAsync("logs");
        Box.Log.Write("line");
        using var stop = new CancellationTokenSource(s_limit);
        var stream = hub.StreamAsync<LogMessage>("Follow", null, Box.Id, 10, stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await stream.MoveNextAsync());

        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = App.Address };
        await WebApp.PostFormAsync(browser, "/login", "/account/logout", []);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
            }
            throw new OperationCanceledException();
        });
        Assert.False(stop.IsCancellationRequested);
        await Eventually.TrueAsync(() => Engine.Logs.Of(Box.Id, 10).Changed.Subscribers == 0, s_limit, () => "the feed goes on");
    }

    [Theory]
    [InlineData("nowhere", "box")]
    [InlineData(null, "../../containers")]
    public async Task Follow_Unknown_IsRefused(string? endpoint, string container)
    {
        await using var hub = await ConnectAsync("logs");

        await Assert.ThrowsAsync<HubException>(async () =>
        {
            await foreach (var _ in hub.StreamAsync<LogMessage>("Follow", endpoint, container, 10))
            {
            }
        });
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData(null)]
    public async Task Connect_OtherOrigin_IsForbidden(string? origin)
    {
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync("logs", origin));

        Assert.Equal(HttpStatusCode.Forbidden, error.StatusCode);
    }

    [Fact]
    public async Task Connect_NotSignedIn_IsUnauthorized()
    {
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => ConnectAsync("stats", App.Address.GetLeftPart(UriPartial.Authority), new CookieContainer()));

        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
    }

    private Task<HubConnection> ConnectAsync(string hub) => ConnectAsync(hub, App.Address.GetLeftPart(UriPartial.Authority));

    private async Task<HubConnection> ConnectAsync(string hub, string? origin, CookieContainer? cookies = null)
    {
        var connection = new HubConnectionBuilder().WithUrl(new Uri(App.Address, "/hubs/" + hub), options =>
        {
            options.Cookies = cookies ?? _cookies;
            options.Transports = HttpTransportType.WebSockets;
            if (origin is not null) options.Headers["Origin"] = origin;
        }).Build();
        try
        {
            await connection.StartAsync();
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
