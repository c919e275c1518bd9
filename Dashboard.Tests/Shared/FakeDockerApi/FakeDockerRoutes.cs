using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Dashboard.Tests.Shared.FakeDocker;

/// <summary>The routes of <see cref="FakeDockerApi"/>, in Docker's shapes.</summary>
internal static class FakeDockerRoutes
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = null };

    public static void Map(IEndpointRouteBuilder routes, FakeDockerApi api)
    {
        routes.MapGet("/_ping", () => "OK");
        routes.MapGet("/version", () => Results.Json(new { Version = "fake", ApiVersion = "1.47", MinAPIVersion = "1.24", Os = "linux", Arch = "amd64" }, s_json));
        routes.MapGet("/info", () => Results.Json(new { ID = "fake", Name = "fake", NCPU = 2, MemTotal = 8L << 30, Containers = api.Containers.Count, ServerVersion = "fake" }, s_json));
        api.Images.Map(routes);
        routes.MapGet("/containers/json", (string? filters) => Results.Json(Selected(api, filters).Select(container => container.Listed()).ToList(), s_json));
        routes.MapGet("/containers/{id}/json", (string id) => Find(api, id) is { } container ? Results.Json(container.Inspected(), s_json) : NoSuch(id));
        routes.MapGet("/containers/{id}/stats", (HttpContext context, string id) => StatsAsync(context, api, id));
        routes.MapGet("/containers/{id}/logs", (HttpContext context, string id) => LogsAsync(context, api, id));
        routes.MapGet("/events", (HttpContext context) => EventsAsync(context, api));
        routes.MapGet("/dashboard/v1/stats", (HttpContext context) => AllStatsAsync(context, api));
        routes.MapGet("/dashboard/v1/info", () => Results.Json(new { warnings = Array.Empty<string>() }, s_json));
    }

    private static FakeContainer? Find(FakeDockerApi api, string id) => api.Containers.Values.FirstOrDefault(each => each.Name == id || each.Id.StartsWith(id, StringComparison.Ordinal));

    private static IResult NoSuch(string id) => Results.Json(new { message = $"No such container: {id}" }, s_json, statusCode: 404);

    private static IEnumerable<FakeContainer> Selected(FakeDockerApi api, string? filters)
    {
        if (filters is null || !JsonDocument.Parse(filters).RootElement.TryGetProperty("id", out var ids)) return api.Containers.Values;
        var wanted = ids.ValueKind == JsonValueKind.Object ? ids.EnumerateObject().Select(each => each.Name) : ids.EnumerateArray().Select(each => each.GetString()!);
        return wanted.Select(id => api.Containers.GetValueOrDefault(id)).OfType<FakeContainer>();
    }

    private static Task EventsAsync(HttpContext context, FakeDockerApi api) => api.StreamAsync("events", context, async cancellationToken =>
    {
        long? since = context.Request.Query["since"].FirstOrDefault() is { } text ? Nanoseconds(text) : null;
        var events = api.Events.Listen(since);
        try
        {
            await foreach (var happened in events.ReadAllAsync(cancellationToken))
            {
                var actor = new { ID = happened.Id, Attributes = new Dictionary<string, string>() };
                await LineAsync(context, new { status = happened.Action, id = happened.Id, happened.Type, happened.Action, Actor = actor, scope = "local", time = happened.Time / 1_000_000_000, timeNano = happened.Time }, cancellationToken);
            }
        }
        finally
        {
            api.Events.Leave(events);
        }
    });

    private static async Task StatsAsync(HttpContext context, FakeDockerApi api, string id)
    {
        if (Find(api, id) is not { } container)
        {
            await NoSuch(id).ExecuteAsync(context);
            return;
        }
        var once = context.Request.Query["stream"].FirstOrDefault() is "false" or "0" or "False";
        await api.StreamAsync("stats", context, async cancellationToken =>
        {
            do
            {
                await LineAsync(context, container.Reading(DateTimeOffset.UtcNow), cancellationToken);
                if (once) return;
                await Task.Delay(api.StatsInterval, cancellationToken);
            }
            while (container.IsRunning);
        });
    }

    private static async Task AllStatsAsync(HttpContext context, FakeDockerApi api)
    {
        if (!api.HasStatsOfAll)
        {
            await Results.Json(new { message = "page not found" }, s_json, statusCode: 404).ExecuteAsync(context);
            return;
        }
        await api.StreamAsync("all-stats", context, async cancellationToken =>
        {
            while (true)
            {
                var now = DateTimeOffset.UtcNow;
                await LineAsync(context, api.Containers.Values.Where(each => each.IsRunning).Select(each => each.Reading(now)).ToList(), cancellationToken);
                await Task.Delay(api.StatsInterval, cancellationToken);
            }
        });
    }

    private static async Task LogsAsync(HttpContext context, FakeDockerApi api, string id)
    {
        if (Find(api, id) is not { } container)
        {
            await NoSuch(id).ExecuteAsync(context);
            return;
        }
        var query = context.Request.Query;
        int? tail = int.TryParse(query["tail"], out var count) ? count : null;
        var since = query["since"].FirstOrDefault() is { Length: > 0 } from ? Nanoseconds(from) : 0;
        var follow = query["follow"].FirstOrDefault() is "true" or "1" or "True";
        var times = query["timestamps"].FirstOrDefault() is "true" or "1" or "True";
        await api.StreamAsync("logs", context, async cancellationToken =>
        {
            var (past, following) = container.Log.Read(tail, since, follow && container.IsRunning);
            foreach (var entry in past) await context.Response.Body.WriteAsync(Frame(entry, times, container.Tty), cancellationToken);
            await context.Response.Body.FlushAsync(cancellationToken);
            if (following is null) return;
            try
            {
                while (await following.WaitToReadAsync(cancellationToken))
                {
                    while (following.TryRead(out var entry)) await context.Response.Body.WriteAsync(Frame(entry, times, container.Tty), cancellationToken);
                    await context.Response.Body.FlushAsync(cancellationToken);
                }
            }
            finally
            {
                container.Log.Leave(following);
            }
        });
    }

    // stdcopy: stream, three zeros, the length in big-endian, the text.
    private static byte[] Frame(FakeLog.Entry entry, bool times, bool tty)
    {
        var time = times ? Encoding.ASCII.GetBytes(Rfc3339(entry.Time) + " ") : [];
        byte[] text = [.. time, .. entry.Text];
        if (tty) return text;
        return [(byte)(entry.Error ? 2 : 1), 0, 0, 0, (byte)(text.Length >> 24), (byte)(text.Length >> 16), (byte)(text.Length >> 8), (byte)text.Length, .. text];
    }

    private static string Rfc3339(long nanoseconds) =>
        DateTimeOffset.FromUnixTimeSeconds(nanoseconds / 1_000_000_000).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + $".{nanoseconds % 1_000_000_000:D9}Z";

    private static long Nanoseconds(string since)
    {
        var parts = since.Split('.');
        return long.Parse(parts[0], CultureInfo.InvariantCulture) * 1_000_000_000 + (parts.Length > 1 ? long.Parse(parts[1].PadRight(9, '0')[..9], CultureInfo.InvariantCulture) : 0);
    }

    private static async Task LineAsync(HttpContext context, object value, CancellationToken cancellationToken)
    {
        await context.Response.Body.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(value, s_json), (byte)'\n'], cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
