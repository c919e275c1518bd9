using Dashboard.Engine.Api.Errors;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Info;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Api.Hosting;

/// <summary>From a request to its route: version, headers, errors. Nothing else stands between Kestrel and the endpoints.</summary>
internal sealed partial class ApiApplication(RouteTable routes, ISystemService system, ILogger<ApiApplication> logger) : IHttpApplication<HttpContext>, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private string? _server;

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public void EndStreams() => _stopping.Cancel();

    public void Dispose() => _stopping.Dispose();

    public async Task ProcessRequestAsync(HttpContext context)
    {
        try
        {
            await DispatchAsync(context);
        }
        catch (EngineException e)
        {
            await FailAsync(context, ErrorResponse.StatusOf(e.Kind), e.Message);
        }
        catch (BadHttpRequestException e)
        {
            await FailAsync(context, e.StatusCode, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            LogClientGone(logger, context.Request.Method, context.Request.Path);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            await FailAsync(context, StatusCodes.Status503ServiceUnavailable, "the engine is stopping");
        }
        catch (Exception e)
        {
            LogFailure(logger, e, context.Request.Method, context.Request.Path);
            await FailAsync(context, StatusCodes.Status500InternalServerError, FullDisk.Explain(e)?.Message ?? e.Message);
        }
    }

    private async Task DispatchAsync(HttpContext http)
    {
        // Kestrel leaves %2F alone in a path; Docker's router does not.
        var path = (http.Request.Path.Value ?? "/").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        var version = ApiVersion.Strip(ref path);
        if (TcpListener.IsFromBrowser(http)) throw new EngineException(ErrorKind.Forbidden, "requests from a web page are refused on a TCP listener of the engine");
        var route = routes.Find(http.Request.Method, path, out var parameter) ?? throw EngineException.NotFound("page not found");
        SetHeaders(http.Response.Headers);
        version.Require();
        using var aborted = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
        await route.Handler(new ApiRequest(http, version, parameter, aborted.Token));
    }

    private void SetHeaders(IHeaderDictionary headers)
    {
        headers["Api-Version"] = ApiVersion.Current.ToString();
        headers["Docker-Experimental"] = "false";
        headers["Ostype"] = "linux";
        headers.Server = _server ??= $"Dashboard/{system.Facts.EngineVersion} (linux)";
    }

    private async Task FailAsync(HttpContext context, int status, string message)
    {
        if (context.Features.Get<HijackableConnection>() is { IsTaken: true })
        {
            LogBrokenStream(logger, context.Request.Method, context.Request.Path, message);
        }
        else if (context.Response.HasStarted)
        {
            // The status is out: only a broken connection can still tell the client that this is not the whole answer.
            LogBrokenStream(logger, context.Request.Method, context.Request.Path, message);
            context.Abort();
        }
        else
        {
            context.Response.Headers.ContentLength = null;
            await ErrorResponse.WriteAsync(context.Response, status, message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailure(ILogger logger, Exception exception, string method, PathString path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Path} broke off: {Reason}")]
    private static partial void LogBrokenStream(ILogger logger, string method, PathString path, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Path}: the client has gone")]
    private static partial void LogClientGone(ILogger logger, string method, PathString path);
}
