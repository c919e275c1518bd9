using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Networking;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>Networks as objects, and containers on them.</summary>
internal sealed class NetworkEndpoints(INetworkService networks, IContainerService containers, NetworkView view, NetworkFilters filters) : IEndpoints
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/networks", RouteState.Built, ListAsync),
        new("GET", "/networks/", RouteState.Built, ListAsync, "as dockerd, which lists it in both spellings"),
        new("GET", "/networks/{id}", RouteState.Built, InspectAsync),
        new("DELETE", "/networks/{id}", RouteState.Built, RemoveAsync),
        new("POST", "/networks/create", RouteState.Partial, CreateAsync, "bridge networks; macvlan, ipvlan, ConfigOnly and networks without IPv4 are refused by name"),
        new("POST", "/networks/{id}/connect", RouteState.Built, ConnectAsync),
        new("POST", "/networks/{id}/disconnect", RouteState.Built, DisconnectAsync),
        new("POST", "/networks/prune", RouteState.Built, PruneAsync),
    ];

    private Task ListAsync(ApiRequest request) =>
        request.WriteAsync(filters.Apply(request.Query("filters")).Select(network => view.Details(network, withContainers: false)).ToList());

    private Task InspectAsync(ApiRequest request)
    {
        if (request.Query("verbose") is { } verbose && verbose is not ("1" or "t" or "T" or "true" or "TRUE" or "True" or "0" or "f" or "F" or "false" or "FALSE" or "False"))
            throw EngineException.Invalid($"invalid value for verbose: {verbose}: strconv.ParseBool: parsing {GoText.Quote(verbose)}: invalid syntax");
        if (request.Query("scope") is { } scope && scope is not "local")
            throw EngineException.NotFound($"network {request.Parameter} not found");
        return request.WriteAsync(view.Details(networks.Get(request.Parameter), withContainers: true));
    }

    private async Task CreateAsync(ApiRequest request)
    {
        var asked = await request.ReadAsync<NetworkCreateRequest>("NetworkCreateRequest");
        var network = await networks.CreateAsync(
            new CreateNetwork
            {
                Name = asked.Name,
                Driver = asked.Driver,
                Scope = asked.Scope,
                Internal = asked.Internal,
                Attachable = asked.Attachable,
                Ingress = asked.Ingress,
                ConfigOnly = asked.ConfigOnly,
                ConfigFrom = asked.ConfigFrom?.Network ?? "",
                EnableIPv4 = asked.EnableIPv4 ?? true,
                EnableIPv6 = asked.EnableIPv6 ?? false,
                IpamDriver = asked.IPAM?.Driver ?? "",
                IpamOptions = asked.IPAM?.Options,
                Pools = [.. (asked.IPAM?.Config ?? []).Select(pool => new CreateAddressRange { Subnet = pool.Subnet ?? "", IPRange = pool.IPRange ?? "", Gateway = pool.Gateway ?? "", AuxiliaryAddresses = pool.AuxiliaryAddresses })],
                Options = asked.Options,
                Labels = asked.Labels,
            },
            request.Aborted);
        await request.WriteAsync(new NetworkCreated(network.Id, ""), 201);
    }

    private async Task RemoveAsync(ApiRequest request)
    {
        await networks.RemoveAsync(request.Parameter, request.Aborted);
        await request.StatusAsync(204);
    }

    private async Task ConnectAsync(ApiRequest request)
    {
        var asked = await request.ReadAsync<NetworkConnect>("NetworkConnect");
        await containers.ConnectAsync(asked.Container, request.Parameter, EndpointReader.Of(asked.EndpointConfig), request.Aborted);
    }

    private async Task DisconnectAsync(ApiRequest request)
    {
        var asked = await request.ReadAsync<NetworkDisconnect>("NetworkDisconnect");
        await containers.DisconnectAsync(asked.Container, request.Parameter, asked.Force, request.Aborted);
    }

    private async Task PruneAsync(ApiRequest request)
    {
        var removed = await networks.PruneAsync(filters.Prune(request.Query("filters")), request.Aborted);
        await request.WriteAsync(new NetworksPruned(removed.Count == 0 ? null : removed));
    }
}
