using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>Known operations that are not built: 501 with their name, and 503 for those of a swarm, as a dockerd that is in none.</summary>
internal sealed class NotBuiltEndpoints : IEndpoints
{
    public const string NoSwarm = "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again.";

    private static readonly (string Method, string Template)[] NotBuilt =
    [
        ("POST", "/build"),
        ("POST", "/build/prune"),
        ("GET", "/plugins/privileges"),
        ("POST", "/plugins/pull"),
        ("DELETE", "/plugins/{name}"),
        ("POST", "/plugins/{name}/enable"),
        ("POST", "/plugins/{name}/disable"),
        ("POST", "/plugins/{name}/upgrade"),
        ("POST", "/plugins/create"),
        ("POST", "/plugins/{name}/push"),
        ("POST", "/plugins/{name}/set"),
        ("POST", "/session"),
    ];

    private static readonly (string Method, string Template)[] Swarm =
    [
        ("GET", "/nodes"),
        ("GET", "/nodes/{id}"),
        ("DELETE", "/nodes/{id}"),
        ("POST", "/nodes/{id}/update"),
        ("GET", "/swarm"),
        ("POST", "/swarm/init"),
        ("POST", "/swarm/join"),
        ("POST", "/swarm/leave"),
        ("POST", "/swarm/update"),
        ("GET", "/swarm/unlockkey"),
        ("POST", "/swarm/unlock"),
        ("GET", "/services"),
        ("POST", "/services/create"),
        ("GET", "/services/{id}"),
        ("DELETE", "/services/{id}"),
        ("POST", "/services/{id}/update"),
        ("GET", "/services/{id}/logs"),
        ("GET", "/tasks"),
        ("GET", "/tasks/{id}"),
        ("GET", "/tasks/{id}/logs"),
        ("GET", "/secrets"),
        ("POST", "/secrets/create"),
        ("GET", "/secrets/{id}"),
        ("DELETE", "/secrets/{id}"),
        ("POST", "/secrets/{id}/update"),
        ("GET", "/configs"),
        ("POST", "/configs/create"),
        ("GET", "/configs/{id}"),
        ("DELETE", "/configs/{id}"),
        ("POST", "/configs/{id}/update"),
    ];

    public IEnumerable<Route> Routes =>
    [
        .. NotBuilt.Select(operation => new Route(operation.Method, operation.Template, RouteState.NotBuilt, _ => throw EngineException.NotImplemented($"{operation.Method} {operation.Template}"))),
        .. Swarm.Select(operation => new Route(operation.Method, operation.Template, RouteState.NoSwarm, _ => throw new EngineException(ErrorKind.Unavailable, operation.Template == "/swarm/leave" ? "This node is not part of a swarm" : NoSwarm))),
    ];
}
