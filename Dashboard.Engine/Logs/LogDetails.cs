using System.Text.Json;

namespace Dashboard.Engine.Logs;

/// <summary>The attributes of a log line as text, by name: <c>tag=a%2Fb,tier=front</c> (moby api/server/httputils, attrsByteSlice).</summary>
internal static class LogDetails
{
    public static string Format(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            return string.Join(',', document.RootElement.EnumerateObject()
                .OrderBy(attribute => attribute.Name, StringComparer.Ordinal)
                .Select(attribute => $"{Escape(attribute.Name)}={Escape(attribute.Value.ToString())}"));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // A line that somebody else has written, or half of one.
            return "";
        }
    }

    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
