using System.Text.Json;
using Docker.DotNet;

namespace Dashboard.Client.Docker;

/// <summary>What an engine said when it refused, in its own words.</summary>
public static class EngineErrors
{
    /// <summary>Whether it is the engine or the way to it that failed, and not this program.</summary>
    public static bool IsExpected(Exception error) => error is DockerApiException or HttpRequestException or IOException or TimeoutException or System.Net.Sockets.SocketException;

    public static string Text(Exception error) => error is DockerApiException { ResponseBody: { Length: > 0 } body } ? Message(body) ?? error.Message : error.Message;

    // {"message":"No such container: web"}
    private static string? Message(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("message", out var message) ? message.GetString() : null;
        }
        catch (JsonException)
        {
            return body;
        }
    }
}
