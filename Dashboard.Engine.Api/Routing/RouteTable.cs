namespace Dashboard.Engine.Api.Routing;

/// <summary>
/// All routes. Image names contain slashes in the middle of a path (<c>/images/a/b:c/json</c>), which framework routing
/// cannot express; with one parameter per route a prefix and a suffix are the whole match.
/// </summary>
internal sealed class RouteTable
{
    private readonly Dictionary<(string Method, string Path), Route> _literal;
    private readonly ILookup<string, Route> _withParameter;

    public RouteTable(IEnumerable<IEndpoints> endpoints)
    {
        All = [.. endpoints.SelectMany(each => each.Routes)];
        _literal = All.Where(route => route.IsLiteral).ToDictionary(route => (route.Method, route.Template));
        // The longer template is the more specific one: /containers/{id}/attach/ws before /networks/{id}.
        _withParameter = All.Where(route => !route.IsLiteral).OrderByDescending(route => route.Template.Length).ToLookup(route => route.Method);
    }

    public IReadOnlyList<Route> All { get; }

    public Route? Find(string method, string path, out string parameter)
    {
        parameter = "";
        if (_literal.TryGetValue((method, path), out var literal)) return literal;
        foreach (var route in _withParameter[method])
        {
            if (route.TryMatch(path, out parameter)) return route;
        }

        return null;
    }
}
