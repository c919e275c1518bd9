using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dashboard.Engine.Api.Text;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Engine.Api.Wire;

/// <summary>Docker's JSON: names as on the wire, Go's times and omitempty, no escaping for HTML.</summary>
internal static class ApiJson
{
    private static ReadOnlySpan<byte> NewLine => "\n"u8;

    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>Go's server counts what fits in its buffer and sends the rest in chunks; some small clients read nothing but counted answers.</summary>
    private const int Counted = 2048;

    public static async Task WriteAsync<T>(HttpResponse response, T value, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        response.ContentType = "application/json";
        var body = response.BodyWriter;
        WriteLine(body, value, (JsonTypeInfo<T>)Options.GetTypeInfo(type.Type));
        if (!response.HasStarted && body.CanGetUnflushedBytes && body.UnflushedBytes <= Counted)
            response.ContentLength = body.UnflushedBytes;
        await body.FlushAsync(cancellationToken);
    }

    /// <summary>One object of a stream and a line feed, on its way when this completes.</summary>
    public static async Task WriteLineAsync<T>(HttpResponse response, T value, CancellationToken cancellationToken)
    {
        WriteLine(response.BodyWriter, value, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));
        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    public static JsonElement Element<T>(T value) => JsonSerializer.SerializeToElement(value, (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T)));

    private static void WriteLine<T>(PipeWriter body, T value, JsonTypeInfo<T> type)
    {
        using (var writer = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = Options.Encoder, SkipValidation = true }))
            JsonSerializer.Serialize(writer, value, type);
        NewLine.CopyTo(body.GetSpan(1));
        body.Advance(1);
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            TypeInfoResolver = ApiJsonContext.Default.WithAddedModifier(OmitEmpty.Apply),
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new GoTime.Converter() },
        };
        options.MakeReadOnly();
        return options;
    }
}
