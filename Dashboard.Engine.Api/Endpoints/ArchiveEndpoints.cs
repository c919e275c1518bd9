using System.Text;
using System.Text.Json;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Streaming;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers.Files;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>The files of a container: <c>docker cp</c> both ways.</summary>
internal sealed class ArchiveEndpoints(IContainerFiles files) : IEndpoints
{
    private const string StatHeader = "X-Docker-Container-Path-Stat";

    public IEnumerable<Route> Routes =>
    [
        new("HEAD", "/containers/{id}/archive", RouteState.Built, StatAsync),
        new("GET", "/containers/{id}/archive", RouteState.Built, ReadAsync),
        new("PUT", "/containers/{id}/archive", RouteState.Built, WriteAsync),
    ];

    private async Task StatAsync(ApiRequest request)
    {
        Describe(request, await files.StatAsync(request.Parameter, Path(request), request.Aborted));
        await request.StatusAsync(200);
    }

    private Task ReadAsync(ApiRequest request) => files.ReadAsync(
        request.Parameter,
        Path(request),
        stat =>
        {
            Describe(request, stat);
            request.Response.ContentType = MediaTypes.Tar;
            return new BlockingResponse(request.Response.BodyWriter, request.Aborted);
        },
        request.Aborted);

    private async Task WriteAsync(ApiRequest request)
    {
        var options = new FileWrite { KeepKinds = request.Flag("noOverwriteDirNonDir"), ToContainerUser = request.Flag("copyUIDGID") };
        await files.WriteAsync(request.Parameter, Path(request), options, request.Http.Request.Body, request.Aborted);
        await request.StatusAsync(200);
    }

    private static string Path(ApiRequest request) => request.Query("path") ?? throw EngineException.Invalid("bad parameter: pathcannot be empty");

    private static void Describe(ApiRequest request, PathStat stat)
    {
        var json = JsonSerializer.Serialize(PathStatView.Of(stat), ApiJson.Options.GetTypeInfo(typeof(PathStatMessage)));
        request.Response.Headers[StatHeader] = Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
    }
}
