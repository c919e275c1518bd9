using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Dashboard.Tests.Shared.FakeDocker;

/// <summary>
/// As much of the Docker API as the UI reads, on a unix socket, without containers: a thousand of them cost nothing, and
/// tests decide what they do. It can go away and come back, with or without the extension for the stats of all.
/// </summary>
internal sealed class FakeDockerApi : IAsyncDisposable
{
    private readonly string _directory = TestPlaces.NewWorkDirectory("fakedocker");
    private readonly ConcurrentDictionary<string, int> _open = new();
    private CancellationTokenSource _away = new();
    private WebApplication? _app;
    private long _eventTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;

    public ConcurrentDictionary<string, FakeContainer> Containers { get; } = new();
    public FakeEvents Events { get; } = new();
    public FakeImages Images { get; } = new();

    /// <summary>The paths that were asked for, without version and query.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Whether it has /dashboard/v1/stats.</summary>
    public bool HasStatsOfAll { get; set; } = true;

    /// <summary>Between two readings of a container.</summary>
    public TimeSpan StatsInterval { get; set; } = TimeSpan.FromSeconds(1);

    public Uri Address => new("unix://" + Socket);
    private string Socket => Path.Combine(_directory, "docker.sock");

    /// <summary>The most streams of stats that were open at once.</summary>
    public int MostStatsStreams { get; private set; }

    public static async Task<FakeDockerApi> StartAsync(int containers = 0)
    {
        var api = new FakeDockerApi();
        for (var number = 1; number <= containers; number++) api.Add(new FakeContainer($"box-{number:D4}"));
        await api.ComeBackAsync();
        return api;
    }

    public FakeContainer Add(FakeContainer container) => Containers[container.Id] = container;

    public void Emit(FakeContainer container, string action, long? time = null) =>
        Events.Add(new("container", action, container.Id, time ?? Interlocked.Increment(ref _eventTime)));

    public void EmitImage(string id, string action) => Events.Add(new("image", action, id, Interlocked.Increment(ref _eventTime)));

    public void Start(FakeContainer container)
    {
        (container.State, container.Status) = ("running", "Up 1 second");
        Emit(container, "start");
    }

    public void Stop(FakeContainer container)
    {
        (container.State, container.Status) = ("exited", "Exited (0) 1 second ago");
        container.Log.End();
        Emit(container, "die");
    }

    public int Open(string kind) => _open.GetValueOrDefault(kind);

    /// <summary>All connections break, and nobody answers.</summary>
    public async Task GoAwayAsync()
    {
        if (Interlocked.Exchange(ref _app, null) is not { } app) return;
        await _away.CancelAsync();
        await app.StopAsync(TestContext.Current.CancellationToken);
        await app.DisposeAsync();
    }

    public async Task ComeBackAsync()
    {
        File.Delete(Socket);
        _away = new CancellationTokenSource();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenUnixSocket(Socket));
        var app = builder.Build();
        app.Use(WithoutVersion);
        app.UseRouting();
        FakeDockerRoutes.Map(app, this);
        await app.StartAsync();
        _app = app;
    }

    public async ValueTask DisposeAsync()
    {
        await GoAwayAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Counts a stream while it is open.</summary>
    internal async Task StreamAsync(string kind, HttpContext context, Func<CancellationToken, Task> stream)
    {
        var count = _open.AddOrUpdate(kind, 1, (_, open) => open + 1);
        if (kind == "stats") MostStatsStreams = Math.Max(MostStatsStreams, count);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _away.Token);
        try
        {
            await context.Response.StartAsync(ended.Token);
            await context.Response.Body.FlushAsync(ended.Token);
            await stream(ended.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        catch (IOException)
        {
            // The client has gone.
        }
        finally
        {
            _open.AddOrUpdate(kind, 0, (_, open) => open - 1);
        }
    }

    private Task WithoutVersion(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value ?? "/";
        if (path.StartsWith("/v1.", StringComparison.Ordinal)) path = path[path.IndexOf('/', 1)..];
        context.Request.Path = path;
        Requests.Enqueue(path);
        return next(context);
    }
}
