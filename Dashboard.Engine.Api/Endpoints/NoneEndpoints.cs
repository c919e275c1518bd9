using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>
/// Reading nouns of which this engine has none yet. It is the truth, and clients need it: <c>docker inspect NAME</c> asks
/// every noun in turn and goes on only after a 404.
/// </summary>
internal sealed class NoneEndpoints : IEndpoints
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/plugins", RouteState.Partial, ListAsync, "there are none yet"),
        new("GET", "/plugins/{name}/json", RouteState.Partial, request => throw EngineException.NotFound($"plugin \"{request.Parameter}\" not found"), "there are none yet"),
    ];

    private static Task ListAsync(ApiRequest request)
    {
        Filters.Parse(request.Query("filters"), ["capability", "enabled"]);
        return request.WriteAsync(new List<IdResponse>());
    }
}
