using System.Text.Json;
using Dashboard.Client.Features.Images;

namespace Dashboard.Server.Images;

/// <summary>
/// Docker's answers to load and import: a message with an error status, or lines of a stream that may end with an error.
/// <code>
/// {"message":"invalid reference format"}
/// {"stream":"Loaded image: busybox:latest\n"}     {"stream":"Loaded image ID: sha256:…\n"}
/// {"status":"sha256:…"}
/// {"errorDetail":{"message":"unexpected EOF"},"error":"unexpected EOF"}
/// </code>
/// </summary>
internal static class EngineWords
{
    private static readonly string[] s_loaded = ["Loaded image ID: ", "Loaded image: "];

    public static UploadAnswer Of(HttpAnswer answer)
    {
        var loaded = new List<string>();
        string? error = null;
        foreach (var line in answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Json(line) is not { ValueKind: JsonValueKind.Object } json)
            {
                error ??= answer.Status >= 400 ? line : null;
                continue;
            }
            error = Text(json, "message") ?? Text(json, "error") ?? error;
            if (Text(json, "stream") is { } stream && Array.Find(s_loaded, stream.StartsWith) is { } prefix)
                loaded.Add(stream[prefix.Length..].Trim());
            if (Text(json, "status") is { } status && status.StartsWith("sha256:", StringComparison.Ordinal))
                loaded.Add(status);
        }
        if (answer.Status >= 400)
            error ??= $"HTTP {answer.Status}";
        return new UploadAnswer(loaded, error);
    }

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Json(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
