using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dashboard.Engine.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Dashboard.Engine.Api.Wire;

/// <summary>Request bodies: the content type, emptiness and form that dockerd asks for, in its words.</summary>
internal static class JsonBody
{
    /// <summary>dockerd holds a whole document in memory too; this is far above any honest one.</summary>
    private const long Longest = 16 * 1024 * 1024;

    /// <summary>An absent body is an empty object, as in moby's ReadJSON.</summary>
    public static async Task<T> ReadAsync<T>(HttpRequest request, string goName, CancellationToken cancellationToken) where T : class, new()
    {
        using var document = await ReadDocumentAsync(request, cancellationToken);
        return document is null ? new T() : Decode<T>(document.RootElement, goName);
    }

    public static T Decode<T>(JsonElement element, string goName) where T : class, new() =>
        element.ValueKind == JsonValueKind.Null ? new T() : GoDecoder.Decode((JsonTypeInfo<T>)ApiJson.Options.GetTypeInfo(typeof(T)), element, goName);

    /// <returns>Null when there is no body.</returns>
    public static async Task<JsonDocument?> ReadDocumentAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var absent = request.ContentLength is 0 || (request.ContentLength is null && !request.Headers.ContainsKey(HeaderNames.TransferEncoding));
        RequireJson(request.ContentType ?? "", absent);
        if (absent) return null;
        var bytes = await ReadAllAsync(request, cancellationToken);
        if (bytes.AsSpan().IndexOfAnyExcept(" \t\r\n"u8) < 0) throw EngineException.Invalid("invalid JSON: got EOF while reading request body");
        return Parse(bytes);
    }

    private static void RequireJson(string contentType, bool absent)
    {
        if (contentType.Length == 0 && absent) return;
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
            throw EngineException.Invalid($"malformed Content-Type header ({contentType}): mime: {(contentType.Length == 0 ? "no media type" : "invalid media parameter")}");
        if (!type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase))
            throw EngineException.Invalid($"unsupported Content-Type header ({contentType}): must be 'application/json'");
    }

    private static async Task<byte[]> ReadAllAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream(request.ContentLength is > 0 and < Longest ? (int)request.ContentLength : 1024);
        var chunk = new byte[16 * 1024];
        while (await request.Body.ReadAsync(chunk, cancellationToken) is var read and > 0)
        {
            if (buffer.Length + read > Longest) throw EngineException.Invalid($"request body too large: more than {Longest} bytes of JSON");
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    private static JsonDocument Parse(byte[] bytes)
    {
        // One value, and what follows it is looked at apart: Go reports the two differently.
        try
        {
            var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { AllowMultipleValues = true });
            var document = JsonDocument.ParseValue(ref reader);
            if (bytes.AsSpan((int)reader.BytesConsumed).IndexOfAnyExcept(" \t\r\n"u8) < 0) return document;
            document.Dispose();
        }
        catch (JsonException e)
        {
            throw EngineException.Invalid("invalid JSON: " + GoSyntax.Describe(bytes, e));
        }

        throw EngineException.Invalid("unexpected content after JSON");
    }
}
