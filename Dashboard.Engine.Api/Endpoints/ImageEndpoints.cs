using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Streaming;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Images.Registry;
using Dashboard.Oci;

namespace Dashboard.Engine.Api.Endpoints;

internal sealed class ImageEndpoints(IImageService images, IRegistryService registries, ImageFilters filters, TimeProvider clock) : IEndpoints
{
    public IEnumerable<Route> Routes =>
    [
        new("GET", "/images/json", RouteState.Built, ListAsync),
        new("POST", "/images/create", RouteState.Partial, CreateAsync, "pull, and import from the body; import from a URL is refused by name"),
        new("POST", "/images/load", RouteState.Built, LoadAsync),
        new("GET", "/images/{name}/json", RouteState.Built, InspectAsync),
        new("GET", "/images/{name}/history", RouteState.Built, HistoryAsync),
        new("POST", "/images/{name}/tag", RouteState.Built, TagAsync),
        new("DELETE", "/images/{name}", RouteState.Built, RemoveAsync),
        new("GET", "/images/{name}/get", RouteState.Built, request => SaveAsync(request, [request.Parameter])),
        new("GET", "/images/get", RouteState.Built, request => SaveAsync(request, request.QueryAll("names"))),
        new("POST", "/images/prune", RouteState.Built, PruneAsync),
    ];

    private Task ListAsync(ApiRequest request) =>
        request.WriteAsync(filters.Apply(request.Query("filters")).Select(item => ImageView.Summary(item.Image, item.Tags, request.Version)).ToList());

    private Task InspectAsync(ApiRequest request)
    {
        var compose = request.Http.Request.Headers.UserAgent.ToString().StartsWith("docker-compose/1.", StringComparison.Ordinal);
        return request.WriteAsync(ImageView.Details(images.Get(request.Parameter), request.Version, compose));
    }

    private Task CreateAsync(ApiRequest request) => request.Query("fromImage") is { } image ? PullAsync(request, image) : ImportAsync(request);

    private Task PullAsync(ApiRequest request, string image)
    {
        // "pull -a" of old clients ends the name with the colon of a tag that is not there.
        var name = WithTag(image.EndsWith(':') ? image[..^1] : image, request.Query("tag"));
        return RegistryStream.RunAsync(request, clock, progress => registries.PullAsync(name, request.Query("platform"), RegistryAuth.Read(request.Http.Request), progress, request.Aborted));
    }

    /// <summary>The parameter <c>tag</c> may be a digest, too.</summary>
    private static string WithTag(string name, string? tag)
    {
        try
        {
            return tag is null ? name : (Digest.TryParse(tag, out var digest) ? Reference.Parse(name).WithDigest(digest) : Reference.Parse(name).WithTag(tag)).ToString();
        }
        catch (FormatException error)
        {
            throw EngineException.Invalid(error.Message);
        }
    }

    private async Task ImportAsync(ApiRequest request)
    {
        if (request.Query("fromSrc") is not { } source)
            throw EngineException.Invalid("invalid reference format");
        if (source != "-")
            throw EngineException.NotImplemented("importing an image from a URL");
        var reference = TargetReference.Of(request.Query("repo"), request.Query("tag"));
        await using var body = new GatheredBody(request.Http.Request.BodyReader);
        var id = await images.ImportAsync(body, reference, request.Query("message"), request.QueryAll("changes"), request.Aborted);
        await request.BeginStreamAsync();
        await ApiJson.WriteLineAsync(request.Response, new ProgressLine { status = id }, request.Aborted);
    }

    private async Task LoadAsync(ApiRequest request)
    {
        await request.BeginStreamAsync();
        await using var body = new GatheredBody(request.Http.Request.BodyReader);
        try
        {
            foreach (var loaded in await images.LoadAsync(body, null, request.Aborted))
            {
                string[] lines = loaded.References.Count > 0 ? [.. loaded.References.Select(name => $"Loaded image: {name}\n")] : [$"Loaded image ID: {loaded.Id}\n"];
                foreach (var line in lines)
                    await ApiJson.WriteLineAsync(request.Response, new ProgressLine { stream = line }, request.Aborted);
            }
        }
        catch (EngineException error)
        {
            // The status went out with the first byte, as dockerd's does: the error is a line of the stream.
            await ApiJson.WriteLineAsync(request.Response, ProgressLine.Failure(error.Message), request.Aborted);
        }
    }

    private Task HistoryAsync(ApiRequest request) => request.WriteAsync(images.History(request.Parameter)
        .Select(entry => new ImageHistoryItem(entry.Comment, entry.Created.ToUnixTimeSeconds(), entry.CreatedBy, entry.Id, entry.Size, entry.Tags.Count == 0 ? null : entry.Tags)).ToList());

    private async Task TagAsync(ApiRequest request)
    {
        var target = TargetReference.Of(request.Query("repo"), request.Query("tag")) ?? throw EngineException.Invalid("invalid reference format");
        await images.TagAsync(request.Parameter, target, request.Aborted);
        await request.StatusAsync(201);
    }

    private Task SaveAsync(ApiRequest request, IReadOnlyList<string> names)
    {
        request.RefuseValue("platform", "saving an image for one platform");
        return images.SaveAsync(
            names,
            () =>
            {
                request.Response.ContentType = MediaTypes.Tar;
                return new BlockingResponse(request.Response.BodyWriter, request.Aborted);
            },
            request.Aborted);
    }

    private async Task PruneAsync(ApiRequest request)
    {
        var wanted = Filters.Parse(request.Query("filters"), ["dangling", "label", "label!", "until"]);
        var until = wanted.Values("until").Select(value => Timestamps.Parse(value, TimeProvider.System)).DefaultIfEmpty(long.MaxValue).Min();
        var pruned = await images.PruneAsync(
            wanted.Boolean("dangling", missing: true) == true,
            image => wanted.HasLabels("label", image.Config.Config.Labels)
                && (!wanted.Contains("label!") || wanted.LacksLabels("label!", image.Config.Config.Labels))
                && GoTime.UnixNanoseconds(image.Created) < until,
            request.Aborted);
        var removed = pruned.Removed.Select(item => new ImageDeleted(item.Untagged, item.Deleted)).ToList();
        await request.WriteAsync(new ImagesPrunedMessage(removed.Count == 0 ? null : removed, pruned.SpaceReclaimed));
    }

    private async Task RemoveAsync(ApiRequest request)
    {
        var removed = await images.RemoveAsync(request.Parameter, request.Flag("force"), request.Flag("noprune"), request.Aborted);
        await request.WriteAsync(removed.Select(item => new ImageDeleted(item.Untagged, item.Deleted)).ToList());
    }
}
