using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Volumes;

namespace Dashboard.Engine.Api.Endpoints;

internal sealed class VolumeEndpoints(IVolumeService volumes) : IEndpoints
{
    /// <summary>Before it, prune took every unused volume; since then only those that nobody named, unless told otherwise.</summary>
    private static readonly ApiVersion s_pruneTakesAnonymous = new(1, 42);

    public IEnumerable<Route> Routes =>
    [
        new("GET", "/volumes", RouteState.Built, ListAsync),
        new("POST", "/volumes/create", RouteState.Built, CreateAsync),
        new("GET", "/volumes/{name}", RouteState.Built, request => request.WriteAsync(VolumeView.Details(volumes.Get(request.Parameter)))),
        new("PUT", "/volumes/{name}", RouteState.NoSwarm, _ => throw new EngineException(ErrorKind.Unavailable, "volume update only valid for cluster volumes, but swarm is unavailable")),
        new("DELETE", "/volumes/{name}", RouteState.Built, RemoveAsync),
        new("POST", "/volumes/prune", RouteState.Built, PruneAsync),
    ];

    private Task ListAsync(ApiRequest request)
    {
        var filters = Filters.Parse(request.Query("filters"), ["dangling", "driver", "label", "name"]);
        var dangling = filters.Boolean("dangling");
        return request.WriteAsync(new VolumeList(
            [
                .. volumes.List()
                    .Where(volume => dangling is null || dangling == (volumes.UsersOf(volume.Name).Count == 0))
                    .Where(volume => filters.Matches("name", volume.Name) && filters.Exact("driver", Volume.LocalDriver) && filters.HasLabels("label", volume.Labels))
                    .Select(volume => VolumeView.Details(volume)),
            ],
            null));
    }

    private async Task CreateAsync(ApiRequest request)
    {
        using var document = await JsonBody.ReadDocumentAsync(request.Http.Request, request.Aborted)
            ?? throw EngineException.Invalid("got EOF while reading request body");
        var body = JsonBody.Decode<VolumeCreateRequest>(document.RootElement, "VolumeCreateBody");
        if (body.ClusterVolumeSpec is { ValueKind: System.Text.Json.JsonValueKind.Object })
            throw new EngineException(ErrorKind.Unavailable, NotBuiltEndpoints.NoSwarm);
        var volume = await volumes.CreateAsync(
            new VolumeRequest { Name = body.Name, Driver = body.Driver, Options = body.DriverOpts, Labels = body.Labels },
            request.Aborted);
        await request.WriteAsync(VolumeView.Details(volume), 201);
    }

    private async Task RemoveAsync(ApiRequest request)
    {
        await volumes.RemoveAsync(request.Parameter, request.Flag("force"), request.Aborted);
        await request.StatusAsync(204);
    }

    private async Task PruneAsync(ApiRequest request)
    {
        var filters = Filters.Parse(request.Query("filters"), ["all", "label", "label!"]);
        var all = request.Version < s_pruneTakesAnonymous || filters.Boolean("all") == true;
        var (deleted, reclaimed) = await volumes.PruneAsync(
            volume => (all || volume.IsAnonymous)
                && filters.HasLabels("label", volume.Labels)
                && (!filters.Contains("label!") || filters.LacksLabels("label!", volume.Labels)),
            request.Aborted);
        await request.WriteAsync(new VolumesPruned(deleted, reclaimed));
    }
}
