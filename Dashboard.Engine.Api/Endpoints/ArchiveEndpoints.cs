using System.Text;
using System.Text.Json;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Streaming;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Commit;
using Dashboard.Engine.Containers.Files;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>The files of a container: <c>docker cp</c> both ways, diff, export and commit.</summary>
internal sealed class ArchiveEndpoints(IContainerFiles files, IContainerCommit commits) : IEndpoints
{
    private const string StatHeader = "X-Docker-Container-Path-Stat";

    public IEnumerable<Route> Routes =>
    [
        new("HEAD", "/containers/{id}/archive", RouteState.Built, StatAsync),
        new("GET", "/containers/{id}/archive", RouteState.Built, ReadAsync),
        new("PUT", "/containers/{id}/archive", RouteState.Built, WriteAsync),
        new("GET", "/containers/{id}/changes", RouteState.Built, ChangesAsync),
        new("GET", "/containers/{id}/export", RouteState.Built, ExportAsync),
        new("POST", "/commit", RouteState.Built, CommitAsync),
    ];

    private async Task StatAsync(ApiRequest request)
    {
        Describe(request, await files.StatAsync(request.Parameter, Path(request), request.Aborted));
        await request.StatusAsync(200);
    }

    private Task ReadAsync(ApiRequest request) => files.ReadAsync(
        request.Parameter,
        Path(request),
        (stat, ended) =>
        {
            Describe(request, stat);
            request.Response.ContentType = MediaTypes.Tar;
            return new BlockingResponse(request.Response.BodyWriter, ended);
        },
        request.Aborted);

    private async Task WriteAsync(ApiRequest request)
    {
        var options = new FileWrite { KeepKinds = request.Flag("noOverwriteDirNonDir"), ToContainerUser = request.Flag("copyUIDGID") };
        await using var body = new GatheredBody(request.Http.Request.BodyReader);
        await files.WriteAsync(request.Parameter, Path(request), options, body, request.Aborted);
        await request.StatusAsync(200);
    }

    private async Task ChangesAsync(ApiRequest request)
    {
        var changes = (await files.ChangesAsync(request.Parameter, request.Aborted)).Select(change => new ChangeMessage(change.Path, (int)change.Kind)).ToList();
        await request.WriteAsync(changes.Count == 0 ? null : changes);
    }

    private Task ExportAsync(ApiRequest request) => files.ExportAsync(
        request.Parameter,
        ended =>
        {
            request.Response.ContentType = MediaTypes.OctetStream;
            return new BlockingResponse(request.Response.BodyWriter, ended);
        },
        request.Aborted);

    private async Task CommitAsync(ApiRequest request)
    {
        var container = request.Query("container") ?? throw EngineException.Invalid("invalid name or ID supplied: \"\"");
        using var body = await JsonBody.ReadDocumentAsync(request.Http.Request, request.Aborted);
        var config = body is null || body.RootElement.ValueKind == JsonValueKind.Null ? null : JsonBody.Decode<ContainerConfig>(body.RootElement, "ContainerConfig");
        var id = await commits.CommitAsync(
            container,
            new CommitRequest
            {
                Reference = TargetReference.Of(request.Query("repo"), request.Query("tag")),
                Comment = request.Query("comment") ?? "",
                Author = request.Query("author") ?? "",
                Pause = request.Flag("pause", missing: true),
                Changes = request.QueryAll("changes"),
                Config = config,
            },
            request.Aborted);
        await request.WriteAsync(new IdResponse(id), 201);
    }

    private static string Path(ApiRequest request) => request.Query("path") ?? throw EngineException.Invalid("bad parameter: pathcannot be empty");

    private static void Describe(ApiRequest request, PathStat stat)
    {
        var json = JsonSerializer.Serialize(PathStatView.Of(stat), ApiJson.Options.GetTypeInfo(typeof(PathStatMessage)));
        request.Response.Headers[StatHeader] = Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
    }
}
