using System.Text.Json;
using Docker.DotNet;

namespace Dashboard.Client.Docker;

/// <summary>The engine's own words for a failure, out of the JSON that they come in: {"message":"No such container: x"}.</summary>
public static class EngineMessage
{
    public static string Of(DockerApiException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        try
        {
            using var document = JsonDocument.Parse(error.ResponseBody ?? "");
            if (document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("message", out var message) && message.GetString() is { } text)
                return text;
        }
        catch (JsonException)
        {
            // Something between us and the engine answered, not the engine.
        }
        return string.IsNullOrWhiteSpace(error.ResponseBody) ? $"HTTP {(int)error.StatusCode}" : error.ResponseBody.Trim();
    }
}
