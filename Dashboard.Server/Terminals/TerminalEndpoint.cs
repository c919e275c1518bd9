using Dashboard.Client.Connections;
using Dashboard.Server.Auth;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dashboard.Server.Terminals;

/// <summary>Terminals have a WebSocket of their own: their bytes never travel through a Blazor circuit. The protocol is in <see cref="TerminalSession"/>.</summary>
internal static class TerminalEndpoint
{
    private static readonly TimeSpan s_startLimit = TimeSpan.FromSeconds(30);

    /// <summary>A proxy on the way forgets a silent connection after a minute; a browser that sleeps answers no ping.</summary>
    private static readonly WebSocketAcceptContext s_accept = new() { KeepAliveInterval = TimeSpan.FromSeconds(20), KeepAliveTimeout = TimeSpan.FromSeconds(60) };

    /// <summary>Needs <c>UseWebSockets</c>, an <see cref="ISessionEnd"/> and the client's connections.</summary>
    public static IEndpointConventionBuilder MapTerminals(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/terminals/{endpoint}/{container}", OpenAsync).RequireAuthorization();

    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> OpenAsync(
        string endpoint,
        string container,
        HttpContext http,
        DockerConnections connections,
        ISessionEnd sessions,
        IHostApplicationLifetime lifetime,
        ILogger<TerminalService> logger)
    {
        if (!http.WebSockets.IsWebSocketRequest)
            return TypedResults.Problem("A terminal is opened as a WebSocket.", statusCode: StatusCodes.Status400BadRequest);
        if (!SameOrigin.IsSame(http.Request))
            return TypedResults.Problem("A terminal is opened from this server's own pages only.", statusCode: StatusCodes.Status403Forbidden);
        if (TerminalRequest.Parse(endpoint, container, http.Request.Query, out var problem) is not { } request)
            return TypedResults.Problem(problem, statusCode: StatusCodes.Status400BadRequest);
        using var socket = await http.WebSockets.AcceptWebSocketAsync(s_accept);
        var service = new TerminalService(connections, logger);
        await service.RunAsync(socket, request, s_startLimit, sessions.For(http.User), lifetime.ApplicationStopping);
        return TypedResults.Empty;
    }
}
