namespace Dashboard.Engine.Api.Routing;

/// <summary>How far an operation is; docs/api-matrix.md shows it.</summary>
internal enum RouteState
{
    Built,
    /// <summary>Built, and parts of it are refused by name (the note says which).</summary>
    Partial,
    /// <summary>501 with the operation's name.</summary>
    NotBuilt,
    /// <summary>503 as a dockerd that is in no swarm.</summary>
    NoSwarm,
}

internal delegate Task RouteHandler(ApiRequest request);

/// <param name="Template">As in the swagger, with at most one <c>{parameter}</c>, which may contain slashes (image names).</param>
internal sealed record Route(string Method, string Template, RouteState State, RouteHandler Handler, string Note = "")
{
    private readonly int _open = Template.IndexOf('{');
    private readonly int _close = Template.IndexOf('}');

    public bool IsLiteral => _open < 0;

    private ReadOnlySpan<char> Prefix => Template.AsSpan(0, _open);
    private ReadOnlySpan<char> Suffix => Template.AsSpan(_close + 1);

    public bool TryMatch(string path, out string parameter)
    {
        var length = path.Length - Prefix.Length - Suffix.Length;
        if (length > 0 && path.AsSpan().StartsWith(Prefix, StringComparison.Ordinal) && path.AsSpan().EndsWith(Suffix, StringComparison.Ordinal))
        {
            parameter = path.Substring(Prefix.Length, length);
            return true;
        }

        parameter = "";
        return false;
    }
}

/// <summary>The route table of one noun.</summary>
internal interface IEndpoints
{
    IEnumerable<Route> Routes { get; }
}
