using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Streaming;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Logs;
using Dashboard.Engine.Stats;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>What streams from a container: attach, logs, stats, and the terminal's size.</summary>
internal sealed class StreamEndpoints(IContainerService containers, IStatsService stats, TimeProvider clock) : IEndpoints
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    public IEnumerable<Route> Routes =>
    [
        new("POST", "/containers/{id}/attach", RouteState.Built, AttachAsync),
        new("POST", "/containers/{id}/resize", RouteState.Built, ResizeAsync),
        new("GET", "/containers/{id}/logs", RouteState.Built, LogsAsync),
        new("GET", "/containers/{id}/stats", RouteState.Built, StatsAsync),
    ];

    private async Task AttachAsync(ApiRequest request)
    {
        var keys = DetachKeys.Parse(request.Query("detachKeys"));
        var container = containers.Get(request.Parameter);
        var tty = container.Config.Tty;
        var (stdin, stdout, stderr) = (request.Flag("stdin"), request.Flag("stdout"), request.Flag("stderr"));
        var live = request.Flag("stream");
        // Live first, history after: what is written in between is then in one of them.
        var streams = live ? await containers.AttachAsync(container.Id, stdin, stdout, stderr, request.Aborted) : null;
        try
        {
            var hijacked = await HijackedStream.BeginAsync(request, MediaTypes.Of(tty, request.Version), tty, tty && stdin ? keys : null, withHeaders: false);
            if (request.Flag("logs"))
            {
                var output = await hijacked.OutputAsync(request.Aborted);
                await foreach (var chunk in containers.LogsAsync(container.Id, new LogQuery { Stdout = stdout, Stderr = stderr }, request.Aborted))
                    await WriteAsync(output, chunk, tty, request.Aborted);
            }
            if (streams is not null)
                await hijacked.RunAsync(streams, stdin, request.Aborted);
            await hijacked.EndAsync();
        }
        finally
        {
            if (streams is not null)
                await streams.DisposeAsync();
        }
    }

    private async Task ResizeAsync(ApiRequest request)
    {
        await containers.ResizeAsync(request.Parameter, request.Unsigned("h", "height"), request.Unsigned("w", "width"), request.Aborted);
        await request.StatusAsync(200);
    }

    private async Task LogsAsync(ApiRequest request)
    {
        var container = containers.Get(request.Parameter);
        var query = new LogQuery
        {
            Stdout = request.Flag("stdout"),
            Stderr = request.Flag("stderr"),
            Follow = request.Flag("follow"),
            Timestamps = request.Flag("timestamps"),
            Details = request.Flag("details"),
            Since = Time(request.Query("since")),
            Until = Time(request.Query("until")),
            Tail = request.Query("tail") is { } tail and not "all" && int.TryParse(tail, out var lines) && lines >= 0 ? lines : null,
        };
        if (!query.Stdout && !query.Stderr)
            throw EngineException.Invalid("Bad parameters: you must choose at least one stream");
        // Refused before the head of a stream is sent.
        var chunks = containers.LogsAsync(container.Id, query, request.Aborted);
        await request.BeginStreamAsync(MediaTypes.Of(container.Config.Tty, request.Version));
        await foreach (var chunk in chunks)
            await WriteAsync(request.Response.BodyWriter, chunk, container.Config.Tty, request.Aborted);
    }

    private long? Time(string? value) => value is null or "0" ? null : Timestamps.Parse(value, clock);

    private static async Task WriteAsync(System.IO.Pipelines.PipeWriter output, LogChunk chunk, bool tty, CancellationToken cancellationToken)
    {
        if (!tty)
        {
            var header = output.GetMemory(StdCopy.HeaderLength);
            StdCopy.WriteHeader(header.Span, chunk.Stream, chunk.Data.Length);
            output.Advance(StdCopy.HeaderLength);
        }
        await output.WriteAsync(chunk.Data, cancellationToken);
    }

    private async Task StatsAsync(ApiRequest request)
    {
        var container = containers.Get(request.Parameter);
        var stream = request.Flag("stream", missing: true);
        if (!container.State.IsRunning && !stream)
        {
            await request.WriteAsync(StatsView.Empty(container.Id, container.Name));
            return;
        }
        await request.BeginStreamAsync();
        using var timer = new PeriodicTimer(Tick, clock);
        ContainerStats? before = null;
        // One reading has nothing to be compared with: unless asked for a single shot, the first answer waits for the second.
        if (!request.Flag("one-shot") && !stream)
        {
            before = stats.Read(container.Id);
            await timer.WaitForNextTickAsync(request.Aborted);
        }
        do
        {
            var current = containers.Get(container.Id);
            var now = current.State.IsRunning ? stats.Read(container.Id) : null;
            await ApiJson.WriteLineAsync(request.Response, now is null ? StatsView.Empty(current.Id, current.Name) : StatsView.Of(now, before), request.Aborted);
            before = now;
        }
        while (stream && await timer.WaitForNextTickAsync(request.Aborted));
    }
}
