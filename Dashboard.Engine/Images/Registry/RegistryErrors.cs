using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Engine.Images.Registry.Auth;

namespace Dashboard.Engine.Images.Registry;

internal sealed record ErrorBody
{
    public IReadOnlyList<ErrorItem>? Errors { get; set; }
    /// <summary>Docker Hub's token server.</summary>
    public string? Details { get; set; }
}

internal sealed record ErrorItem
{
    public string? Code { get; set; }
    public string? Message { get; set; }
}

/// <summary>
/// A registry's refusal (distribution-spec, "Error Codes"): <c>{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}</c>
/// is <c>manifest unknown: manifest unknown</c>, as moby prints it.
/// </summary>
internal static class RegistryErrors
{
    public const string Denied = "DENIED";
    public const string Unauthorized = "UNAUTHORIZED";
    public const string ManifestUnknown = "MANIFEST_UNKNOWN";
    public const string NameUnknown = "NAME_UNKNOWN";
    private const int BodyMax = 64 * 1024;
    private static readonly TimeSpan BodyPatience = TimeSpan.FromSeconds(5);

    public static async Task<RegistryException> ReadAsync(HttpResponseMessage response, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (code, message) = FromChallenge(response) ?? FromBody(response.StatusCode, response.ReasonPhrase ?? "", await ReadBodyAsync(response, cancellationToken));
        var failure = (int)response.StatusCode is >= 500 or 429 or 408 ? RegistryFailure.Transient : RegistryFailure.Final;
        return new RegistryException(message, failure) { Code = code, Status = response.StatusCode, RetryAfter = RetryAfter(response, clock) };
    }

    /// <summary>RFC 6750, section 3.1.</summary>
    private static (string Code, string Message)? FromChallenge(HttpResponseMessage response)
    {
        if (Challenge.Read(response) is not { IsBearer: true } challenge)
            return null;
        return challenge.Parameter("error") switch
        {
            "invalid_token" => (Unauthorized, Text(Unauthorized, challenge.Parameter("error_description") is { Length: > 0 } text ? text : "authentication required")),
            "insufficient_scope" => (Denied, Text(Denied, challenge.Parameter("error_description") is { Length: > 0 } text ? text : "requested access to the resource is denied")),
            _ => null,
        };
    }

    private static (string Code, string Message) FromBody(HttpStatusCode status, string reason, byte[] body)
    {
        var unexpected = $"received unexpected HTTP status: {(int)status} {reason}";
        ErrorBody? parsed = null;
        try
        {
            parsed = JsonSerializer.Deserialize(body, RegistryJson.Default.ErrorBody);
        }
        catch (JsonException)
        {
            // A proxy's page, or nothing at all: the status says it.
        }
        if (parsed?.Details is { Length: > 0 } details && CodeOf(status) is { } known)
            return (known, Text(known, Clean(details)));
        var errors = (parsed?.Errors ?? []).Where(error => error.Code is { Length: > 0 }).ToList();
        if (errors.Count == 0)
            return status switch
            {
                HttpStatusCode.Unauthorized => (Unauthorized, Text(Unauthorized, "authentication required")),
                HttpStatusCode.TooManyRequests => ("TOOMANYREQUESTS", "toomanyrequests: too many requests"),
                _ => ("", unexpected),
            };
        return (errors[0].Code!.ToUpperInvariant(), errors.Count == 1 ? Text(errors[0]) : "errors:\n" + string.Concat(errors.Select(error => Text(error) + "\n")));
    }

    private static string? CodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => Unauthorized,
        HttpStatusCode.Forbidden => Denied,
        HttpStatusCode.TooManyRequests => "TOOMANYREQUESTS",
        _ => null,
    };

    private static string Text(ErrorItem error) => Text(error.Code!, Clean(error.Message ?? ""));

    private static string Text(string code, string message) => $"{code.ToLowerInvariant().Replace('_', ' ')}: {message}";

    /// <summary>It ends up on a terminal.</summary>
    private static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = new byte[BodyMax];
        var length = 0;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(BodyPatience);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(limit.Token);
            while (length < body.Length && await stream.ReadAsync(body.AsMemory(length), limit.Token) is > 0 and var count)
                length += count;
        }
        catch (Exception error) when (error is IOException or HttpRequestException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The status came, which is what matters.
        }
        return body[..length];
    }

    /// <summary>RFC 9110's Retry-After, or the reset times that registries send beside their limits.</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        if (response.Headers.RetryAfter is { } retry)
            return retry.Delta ?? (retry.Date is { } date ? NotNegative(date - clock.GetUtcNow()) : null);
        if (response.StatusCode != HttpStatusCode.TooManyRequests)
            return null;
        foreach (var name in (string[])["RateLimit-Reset", "X-RateLimit-Reset", "X-Retry-After"])
        {
            if (response.Headers.TryGetValues(name, out var values) && long.TryParse(values.First().Split(';')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                // Seconds from now, or since the epoch.
                return number < 1_000_000_000 ? TimeSpan.FromSeconds(number) : NotNegative(DateTimeOffset.FromUnixTimeSeconds(Math.Min(number, 253_402_300_799)) - clock.GetUtcNow());
        }
        return null;
    }

    private static TimeSpan NotNegative(TimeSpan span) => span < TimeSpan.Zero ? TimeSpan.Zero : span;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(SearchAnswer))]
internal sealed partial class RegistryJson : JsonSerializerContext;
