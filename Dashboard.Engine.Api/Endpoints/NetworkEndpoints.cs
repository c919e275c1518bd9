using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Networking;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>The predefined networks, to look at.</summary>
internal sealed class NetworkEndpoints(INetworkService networks, NetworkView view) : IEndpoints
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/networks", RouteState.Partial, ListAsync, "filters: id, name, driver, type"),
        new("GET", "/networks/{id}", RouteState.Built, InspectAsync),
    ];

    private Task ListAsync(ApiRequest request)
    {
        var filters = Filters.Parse(request.Query("filters"), ["id", "name", "driver", "type"]);
        return request.WriteAsync(networks.Networks
            .Where(network => filters.Prefix("id", network.Id) && filters.Matches("name", network.Name) && filters.Exact("driver", network.Driver) && filters.Exact("type", "builtin"))
            .Select(network => view.Details(network, withContainers: false)).ToList());
    }

    private Task InspectAsync(ApiRequest request)
    {
        var found = networks.Networks.FirstOrDefault(network => network.Name == request.Parameter || network.Id == request.Parameter)
            ?? networks.Networks.SingleOrDefault(network => network.Id.StartsWith(request.Parameter, StringComparison.Ordinal))
            ?? throw EngineException.NotFound($"network {request.Parameter} not found");
        return request.WriteAsync(view.Details(found, withContainers: true));
    }
}
