using System.Buffers;
using System.Text.RegularExpressions;
using Dashboard.Client.Connections;
using Dashboard.Client.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;
using Microsoft.Net.Http.Headers;

namespace Dashboard.Server.Logs;

/// <summary>A container's whole log as a text file, streamed from the engine to the browser, never through a circuit.</summary>
internal static partial class LogDownloads
{
    private const int CopySize = 64 * 1024;

    /// <summary>GET /logs/{endpoint}/{container}, with ?timestamps=true for a time before each line. For signed-in users only.</summary>
    public static IEndpointConventionBuilder MapLogDownloads(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/logs/{endpoint}/{container}", DownloadAsync).RequireAuthorization();

    private static async Task DownloadAsync(string endpoint, string container, bool? timestamps, HttpContext context, DockerConnections connections, TimeProvider clock)
    {
        // It becomes a part of a path on the engine.
        if (!ContainerName().IsMatch(container) || connections.Find(endpoint) is not { } connection)
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, $"There is no container {container} on {endpoint}.");
            return;
        }
        var cancellationToken = context.RequestAborted;
        MultiplexedStream log;
        string name;
        try
        {
            name = (await connection.Client.Containers.InspectContainerAsync(container, cancellationToken)).Name ?? container;
            log = await connection.Client.Containers.GetContainerLogsAsync(
                container, new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Timestamps = timestamps == true }, cancellationToken);
        }
        catch (DockerApiException error)
        {
            await RefuseAsync(context, (int)error.StatusCode, EngineMessage.Of(error));
            return;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException)
        {
            await RefuseAsync(context, StatusCodes.Status502BadGateway, $"The engine {connection.Endpoint.Name} cannot be reached: {error.Message}");
            return;
        }
        using (log)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = FileName(name, clock.GetUtcNow()) }.ToString();
            await CopyAsync(log, context.Response.Body, cancellationToken);
        }
    }

    /// <summary>Letters, digits, '.', '_' and '-' of the container's name, and the time, so that two downloads do not overwrite each other.</summary>
    public static string FileName(string name, DateTimeOffset now)
    {
        var safe = Unsafe().Replace(name, "").TrimStart('.', '-');
        return $"{(safe.Length == 0 ? "container" : safe[..Math.Min(safe.Length, 100)])}-{now.UtcDateTime:yyyyMMdd-HHmmss}.log";
    }

    // The engine sends whole lines, so output and errors stay in the order in which they were written.
    private static async Task CopyAsync(MultiplexedStream log, Stream output, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopySize);
        try
        {
            while (true)
            {
                var read = await log.ReadOutputAsync(buffer, 0, CopySize, cancellationToken);
                if (read.EOF)
                    return;
                await output.WriteAsync(buffer.AsMemory(0, read.Count), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(reason + "\n", context.RequestAborted);
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$")]
    private static partial Regex ContainerName();

    [GeneratedRegex("[^a-zA-Z0-9_.-]")]
    private static partial Regex Unsafe();
}
