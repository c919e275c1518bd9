using System.Net.WebSockets;
using Dashboard.Client.Connections;

namespace Dashboard.Server.Terminals;

/// <summary>Opens a shell for an accepted WebSocket and keeps the two together until one of them ends.</summary>
internal sealed partial class TerminalService(DockerConnections connections, ILogger<TerminalService> logger)
{
    /// <param name="startLimit">How long a shell may take to appear.</param>
    public async Task RunAsync(WebSocket webSocket, TerminalRequest request, TimeSpan startLimit, CancellationToken signedOut, CancellationToken serverStops)
    {
        using var socket = new TerminalSocket(webSocket);
        TerminalExec exec;
        try
        {
            exec = await StartAsync(request, startLimit, signedOut);
        }
        catch (Exception error) when (TerminalException.From(error) is { } failure)
        {
            LogRefused(Short(request.Container), request.Endpoint, failure.End.Error ?? "", failure.End.Detail ?? "");
            await socket.CloseAsync(failure.End);
            return;
        }
        using (exec)
        {
            LogOpened(Short(request.Container), request.Endpoint);
            try
            {
                var end = await new TerminalSession(socket, exec).RunAsync(signedOut, serverStops);
                LogEnded(Short(request.Container), request.Endpoint, end.Error ?? (end.Exit is { } code ? $"exit {code}" : "the browser left"));
            }
            catch (Exception error) when (error is OperationCanceledException || TerminalException.From(error) is not null)
            {
                LogLost(Short(request.Container), request.Endpoint, error.Message);
            }
        }
    }

    private async Task<TerminalExec> StartAsync(TerminalRequest request, TimeSpan startLimit, CancellationToken signedOut)
    {
        if (signedOut.IsCancellationRequested)
            throw new TerminalException(TerminalEnd.Failed(TerminalEnd.SignedOut));
        if (connections.Find(request.Endpoint) is not { } connection)
            throw new TerminalException(TerminalEnd.Failed(TerminalEnd.NotFound, $"There is no endpoint {request.Endpoint}."));
        // A browser that leaves meanwhile is not looked for: half a start could not be hung up.
        using var limit = new CancellationTokenSource(startLimit);
        try
        {
            return await TerminalExec.StartAsync(connection.Client, request, limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TerminalException(TerminalEnd.Failed(TerminalEnd.Engine, $"No shell appeared within {startLimit.TotalSeconds:0} seconds."));
        }
    }

    private static string Short(string container) => container.Length > 12 ? container[..12] : container;

    [LoggerMessage(LogLevel.Information, "Terminal in {Container} of {Endpoint} opened")]
    private partial void LogOpened(string container, string endpoint);

    [LoggerMessage(LogLevel.Information, "Terminal in {Container} of {Endpoint} ended: {Reason}")]
    private partial void LogEnded(string container, string endpoint, string reason);

    [LoggerMessage(LogLevel.Information, "No terminal in {Container} of {Endpoint}: {Kind}, {Detail}")]
    private partial void LogRefused(string container, string endpoint, string kind, string detail);

    [LoggerMessage(LogLevel.Warning, "Terminal in {Container} of {Endpoint} could not be ended cleanly, a shell may be left in the container: {Reason}")]
    private partial void LogLost(string container, string endpoint, string reason);
}
