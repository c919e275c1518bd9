using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Errors;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Engine.Api.Routing;

/// <summary>One request as endpoints see it: typed query values with Docker's rules, and answers in its JSON.</summary>
internal sealed class ApiRequest(HttpContext http, ApiVersion version, string parameter, CancellationToken aborted)
{
    public HttpContext Http => http;
    public HttpResponse Response => http.Response;
    public ApiVersion Version => version;
    /// <summary>The id or name in the path.</summary>
    public string Parameter => parameter;
    /// <summary>The client has gone, or the server stops.</summary>
    public CancellationToken Aborted => aborted;

    public bool IsUpgrade => http.Request.Headers.ContainsKey("Upgrade");

    /// <summary>Null when it is absent or empty.</summary>
    public string? Query(string key) => http.Request.Query[key].FirstOrDefault() is { Length: > 0 } value ? value : null;

    public IReadOnlyList<string> QueryAll(string key) => [.. http.Request.Query[key].OfType<string>()];

    /// <summary>Anything but an empty text, 0, no, false and none is true (moby, BoolValue).</summary>
    public bool Flag(string key, bool missing = false) => Query(key) is { } value
        ? value.Trim().ToLowerInvariant() is not ("" or "0" or "no" or "false" or "none")
        : missing;

    public int? Integer(string key) => Query(key) is not { } value
        ? null
        : int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw EngineException.Invalid($"strconv.Atoi: parsing {GoText.Quote(value)}: {(IsInteger(value) ? "value out of range" : "invalid syntax")}");

    /// <summary>A required unsigned number, such as the height of a terminal.</summary>
    public int Unsigned(string key, string what)
    {
        var value = http.Request.Query[key].FirstOrDefault() ?? "";
        if (uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= int.MaxValue) return (int)number;
        throw EngineException.Invalid($"invalid {what} {GoText.Quote(value)}: {(IsInteger(value) ? "value out of range" : "invalid syntax")}");
    }

    /// <summary>Refuses a parameter that is known but not built, unless it is at its default.</summary>
    public void RefuseFlag(string key, string what)
    {
        if (Flag(key)) throw EngineException.NotImplemented(what);
    }

    public void RefuseValue(string key, string what)
    {
        if (Query(key) is not null) throw EngineException.NotImplemented(what);
    }

    public Task<T> ReadAsync<T>(string goName) where T : class, new() => JsonBody.ReadAsync<T>(http.Request, goName, aborted);

    public Task WriteAsync<T>(T value, int status = StatusCodes.Status200OK)
    {
        Response.StatusCode = status;
        return ApiJson.WriteAsync(Response, value, (JsonTypeInfo<T>)ApiJson.Options.GetTypeInfo(typeof(T)), aborted);
    }

    public Task StatusAsync(int status)
    {
        Response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Sends the head now, so that the client knows that its stream or wait is registered.</summary>
    public async Task BeginStreamAsync(string contentType = "application/json")
    {
        Response.StatusCode = StatusCodes.Status200OK;
        Response.ContentType = contentType;
        await Response.StartAsync(aborted);
        await Response.BodyWriter.FlushAsync(aborted);
    }

    private static bool IsInteger(string value) => value.TrimStart('-', '+') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);
}
