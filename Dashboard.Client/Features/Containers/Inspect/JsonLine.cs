using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dashboard.Client.Features.Containers.Inspect;

/// <summary>A line of an indented JSON document, cut so that its key can be set apart: {Indent}{"Key"}{: value,}.</summary>
internal sealed record JsonLine(string Indent, string Key, string Rest)
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="JsonException">It is no JSON.</exception>
    public static string Indented(string json) => JsonNode.Parse(json)?.ToJsonString(s_indented) ?? "null";

    public static IReadOnlyList<JsonLine> Split(string indented) => [.. indented.Split('\n').Select(Of)];

    public bool Contains(string text) => Key.Contains(text, StringComparison.OrdinalIgnoreCase) || Rest.Contains(text, StringComparison.OrdinalIgnoreCase);

    private static JsonLine Of(string line)
    {
        var content = line.TrimStart(' ');
        var indent = line[..^content.Length];
        // A key is a string that a colon follows; a quote inside of it is escaped.
        var end = content.StartsWith('"') ? EndOfString(content) : -1;
        return end > 0 && end + 1 < content.Length && content[end + 1] == ':'
            ? new JsonLine(indent, content[..(end + 1)], content[(end + 1)..])
            : new JsonLine(indent, "", content);
    }

    private static int EndOfString(string content)
    {
        for (var i = 1; i < content.Length; i++)
        {
            if (content[i] == '\\')
                i++;
            else if (content[i] == '"')
                return i;
        }
        return -1;
    }
}
