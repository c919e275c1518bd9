using System.Net;
using System.Text.Json;
using Docker.DotNet;

namespace Dashboard.Server.Terminals;

/// <summary>A terminal could not be had. <see cref="End"/> is what the browser is told.</summary>
internal sealed class TerminalException(TerminalEnd end, Exception? cause = null) : Exception(end.Detail ?? end.Error, cause)
{
    public TerminalEnd End => end;

    /// <summary>What an engine's refusal, or its silence, means for a terminal. Null when the error is not the engine's.</summary>
    public static TerminalException? From(Exception error) => error switch
    {
        TerminalException known => known,
        DockerContainerNotFoundException or DockerApiException { StatusCode: HttpStatusCode.NotFound } =>
            new(TerminalEnd.Failed(TerminalEnd.NotFound, Words(error)), error),
        DockerApiException { StatusCode: HttpStatusCode.Conflict } => new(TerminalEnd.Failed(TerminalEnd.NotRunning, Words(error)), error),
        DockerApiException or HttpRequestException or IOException or TimeoutException or System.Net.Sockets.SocketException =>
            new(TerminalEnd.Failed(TerminalEnd.Engine, Words(error)), error),
        _ => null,
    };

    // An engine answers {"message":"…"}; the client library wraps the whole body into its own sentence.
    private static string Words(Exception error)
    {
        if (error is not DockerApiException { ResponseBody: { Length: > 0 } body })
            return error.Message;
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.TryGetProperty("message", out var message) ? message.GetString() ?? body : body;
        }
        catch (JsonException)
        {
            return body;
        }
    }
}
