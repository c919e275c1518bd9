using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Dashboard.Tests.Contracts.Differential;

/// <summary>
/// Any body as JSON, so that one comparison serves all: JSON itself, a stream of several values, stdcopy frames as
/// <c>[stream, text]</c>, the entries of a tar as objects, and everything else as one text.
/// </summary>
internal static class BodyReader
{
    public static (string Kind, JsonNode? Value) Read(byte[] body)
    {
        if (body.Length == 0) return ("empty", null);
        if (Json(body) is { } values) return values.Count == 1 ? ("json", values[0]) : ("json stream", new JsonArray([.. values]));
        if (Frames(body) is { } frames) return ("frames", frames);
        if (body.Length > 262 && body.AsSpan(257, 5).SequenceEqual("ustar"u8)) return ("tar", Tar(body));
        return ("text", JsonValue.Create(Encoding.UTF8.GetString(body)));
    }

    private static List<JsonNode?>? Json(byte[] body)
    {
        if (body[0] is not ((byte)'{' or (byte)'[' or (byte)'n' or (byte)'"')) return null;
        try
        {
            var values = new List<JsonNode?>();
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { AllowMultipleValues = true });
            while (reader.Read()) values.Add(JsonNode.Parse(ref reader));
            return values;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonArray? Frames(byte[] body)
    {
        var frames = new JsonArray();
        for (var at = 0; at < body.Length;)
        {
            if (body.Length - at < 8 || body[at] > 3 || body[at + 1] != 0 || body[at + 2] != 0 || body[at + 3] != 0) return null;
            var size = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 4));
            if (size < 0 || size > body.Length - at - 8) return null;
            var (stream, text) = ((int)body[at], Encoding.UTF8.GetString(body, at + 8, size));
            // Where a stream is cut into frames is nobody's promise.
            if (frames.Count > 0 && (int)frames[^1]![0]! == stream) frames[^1]![1] = (string)frames[^1]![1]! + text;
            else frames.Add((JsonNode)new JsonArray(stream, text));
            at += 8 + size;
        }
        return frames;
    }

    private static JsonArray Tar(byte[] body)
    {
        using var reader = new TarReader(new MemoryStream(body));
        var entries = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        while (reader.GetNextEntry() is { } entry)
        {
            entries[entry.Name] = new JsonObject
            {
                ["name"] = entry.Name,
                ["type"] = entry.EntryType is TarEntryType.V7RegularFile ? nameof(TarEntryType.RegularFile) : entry.EntryType.ToString(),
                ["mode"] = (int)entry.Mode,
                ["owner"] = $"{entry.Uid}:{entry.Gid}",
                ["length"] = entry.Length,
                ["link"] = entry.LinkName,
            };
        }
        return new JsonArray([.. entries.Values]);
    }
}
