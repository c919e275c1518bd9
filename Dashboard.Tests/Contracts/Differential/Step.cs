namespace Dashboard.Tests.Contracts.Differential;

/// <summary>One request of a scenario. In path and body <c>&lt;name&gt;</c> stands for an id that an earlier answer gave (<see cref="Remember"/>).</summary>
/// <param name="Path">From the version on, with plain JSON in its filters; one that names no version is asked in 1.41, the highest that both engines speak.</param>
internal sealed record Step(string Method, string Path)
{
    public byte[]? Body { get; init; }

    /// <summary>Null sends no Content-Type.</summary>
    public string? ContentType { get; init; }

    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Keeps the answer's Id under this name for the requests that follow.</summary>
    public string? Remember { get; init; }

    /// <summary>Asked again until the answer has this text: for states that come by themselves, such as a health status.</summary>
    public string? Until { get; init; }

    /// <summary>Its numbers and texts are measurements; only keys and types are compared.</summary>
    public bool ShapeOnly { get; init; }

    /// <summary>Its arrays have no order (Docker reads them from a map).</summary>
    public bool Unordered { get; init; }

    /// <summary>The operation without the query, as in <c>GET /containers/web/json</c>: what differences are listed by.</summary>
    public string Operation => $"{Method} {Path.Split('?')[0]}";

    /// <summary>The whole of it, short enough for a line of a report.</summary>
    public override string ToString()
    {
        var body = Body is null ? "" : ContentType == "application/x-tar" ? $" ({Body.Length} bytes of tar)" : " " + System.Text.Encoding.UTF8.GetString(Body);
        return $"{Method} {Path}{(body.Length > 300 ? body[..300] + "…" : body)}";
    }
}
