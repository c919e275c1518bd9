using System.Text.Json;
using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>Containers as objects: list, inspect, and the verbs that change their state.</summary>
internal sealed class ContainerEndpoints(IContainerService containers, ContainerFilters filters, ContainerView view) : IEndpoints
{
    private static readonly ApiVersion StartIntervalVersion = new(1, 44);
    private static readonly ApiVersion WaitConditionVersion = new(1, 30);
    private static readonly ApiVersion PidsUpdateVersion = new(1, 40);

    public IEnumerable<Route> Routes =>
    [
        new("GET", "/containers/json", RouteState.Built, ListAsync),
        new("POST", "/containers/create", RouteState.Partial, CreateAsync, "what is not built is refused by name"),
        new("GET", "/containers/{id}/json", RouteState.Built, InspectAsync),
        new("GET", "/containers/{id}/top", RouteState.Built, TopAsync),
        new("POST", "/containers/{id}/start", RouteState.Built, StartAsync),
        new("POST", "/containers/{id}/stop", RouteState.Built, request => DoneAsync(request, containers.StopAsync(request.Parameter, request.Query("signal"), request.Integer("t"), request.Aborted))),
        new("POST", "/containers/{id}/restart", RouteState.Built, request => DoneAsync(request, containers.RestartAsync(request.Parameter, request.Query("signal"), request.Integer("t"), request.Aborted))),
        new("POST", "/containers/{id}/kill", RouteState.Built, request => DoneAsync(request, containers.KillAsync(request.Parameter, request.Query("signal"), request.Aborted))),
        new("POST", "/containers/{id}/rename", RouteState.Built, request => DoneAsync(request, containers.RenameAsync(request.Parameter, request.Query("name") ?? "", request.Aborted))),
        new("POST", "/containers/{id}/pause", RouteState.Built, request => DoneAsync(request, containers.PauseAsync(request.Parameter, request.Aborted))),
        new("POST", "/containers/{id}/unpause", RouteState.Built, request => DoneAsync(request, containers.UnpauseAsync(request.Parameter, request.Aborted))),
        new("POST", "/containers/{id}/update", RouteState.Built, UpdateAsync),
        new("POST", "/containers/{id}/wait", RouteState.Built, WaitAsync),
        new("DELETE", "/containers/{id}", RouteState.Built, RemoveAsync),
        new("POST", "/containers/prune", RouteState.Built, PruneAsync),
    ];

    private async Task ListAsync(ApiRequest request)
    {
        var summaries = new List<ContainerSummary>();
        foreach (var container in filters.Apply(request.Query("filters"), request.Flag("all"), request.Integer("limit") ?? 0))
        {
            var summary = view.Summary(container, request.Version);
            if (request.Flag("size"))
            {
                var (rw, rootFs) = await containers.SizeAsync(container.Id, request.Aborted);
                summary = summary with { SizeRw = rw, SizeRootFs = rootFs };
            }
            summaries.Add(summary);
        }
        await request.WriteAsync(summaries);
    }

    private async Task CreateAsync(ApiRequest request)
    {
        using var document = await JsonBody.ReadDocumentAsync(request.Http.Request, request.Aborted)
            ?? throw EngineException.Invalid("config cannot be empty in order to create a container");
        var root = document.RootElement;
        var config = JsonBody.Decode<ContainerConfig>(root, "ContainerConfig");
        // An older client cannot have meant it.
        if (config.Healthcheck is not null && request.Version < StartIntervalVersion)
            config.Healthcheck.StartInterval = 0;
        var networking = Part<NetworkingConfig>(root, "NetworkingConfig");
        var created = await containers.CreateAsync(
            new CreateContainer
            {
                Name = request.Query("name"),
                Platform = request.Query("platform"),
                Config = config,
                HostConfig = OlderMounts.Of(Part<HostConfig>(root, "HostConfig"), request.Version),
                Networks = EndpointReader.Of(networking, request.Version),
            },
            request.Aborted);
        await request.WriteAsync(new CreateResponse(created.Id, created.Warnings), 201);
    }

    private static T Part<T>(JsonElement root, string name) where T : class, new() =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty(name, out var part) ? JsonBody.Decode<T>(part, name) : new T();

    private Task StartAsync(ApiRequest request)
    {
        // Longer than "{}" or "null" in any spelling; those some clients send.
        if (request.Http.Request.ContentLength is > 7)
            throw EngineException.Invalid("starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24");
        return DoneAsync(request, containers.StartAsync(request.Parameter, request.Aborted));
    }

    private async Task InspectAsync(ApiRequest request)
    {
        var details = view.Details(containers.Get(request.Parameter), request.Version);
        if (request.Flag("size"))
        {
            var (rw, rootFs) = await containers.SizeAsync(request.Parameter, request.Aborted);
            details = details with { SizeRw = rw, SizeRootFs = rootFs };
        }
        await request.WriteAsync(details);
    }

    private async Task TopAsync(ApiRequest request)
    {
        var (titles, processes) = await containers.TopAsync(request.Parameter, request.Query("ps_args"), request.Aborted);
        await request.WriteAsync(new TopResponse(titles, processes));
    }

    private async Task WaitAsync(ApiRequest request)
    {
        var condition = request.Query("condition") switch
        {
            null or "not-running" => WaitCondition.NotRunning,
            "next-exit" => WaitCondition.NextExit,
            "removed" => WaitCondition.Removed,
            var other => throw EngineException.Invalid($"invalid condition: {GoText.Quote(other)}"),
        };
        var wait = await containers.WaitAsync(request.Parameter, condition, request.Aborted);
        // The head tells the client that the wait is registered: only then does it start the container.
        if (request.Version >= WaitConditionVersion)
            await request.BeginStreamAsync();
        var (code, error) = await wait.Result.WaitAsync(request.Aborted);
        var answer = new WaitResponse(code, error is null ? null : new WaitError(error));
        await (request.Response.HasStarted ? ApiJson.WriteLineAsync(request.Response, answer, request.Aborted) : request.WriteAsync(answer));
    }

    private async Task UpdateAsync(ApiRequest request)
    {
        var changes = await JsonBody.ReadAsync<HostConfig>(request.Http.Request, "UpdateConfig", request.Aborted);
        if (request.Version < PidsUpdateVersion)
            changes.PidsLimit = null;
        var warnings = await containers.UpdateAsync(request.Parameter, changes, request.Aborted);
        await request.WriteAsync(new UpdateResponse(warnings.Count == 0 ? null : warnings));
    }

    private Task RemoveAsync(ApiRequest request) => DoneAsync(request, request.Flag("link")
        ? containers.RemoveLinkAsync(request.Parameter, request.Aborted)
        : containers.RemoveAsync(request.Parameter, request.Flag("force"), request.Flag("v"), request.Aborted));

    private async Task PruneAsync(ApiRequest request)
    {
        var wanted = Filters.Parse(request.Query("filters"), ["label", "label!", "until"]);
        var until = wanted.Values("until").Select(value => Timestamps.Parse(value, TimeProvider.System)).DefaultIfEmpty(long.MaxValue).Min();
        var (deleted, reclaimed) = await containers.PruneAsync(
            container => wanted.HasLabels("label", container.Config.Labels) && (!wanted.Contains("label!") || wanted.LacksLabels("label!", container.Config.Labels))
                && (container.Created - DateTimeOffset.UnixEpoch).Ticks * 100 < until,
            request.Aborted);
        await request.WriteAsync(new ContainersPruned(deleted.Count == 0 ? null : deleted, reclaimed));
    }

    private static async Task DoneAsync(ApiRequest request, Task work)
    {
        await work;
        await request.StatusAsync(204);
    }
}
