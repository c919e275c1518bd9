using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Streaming;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Logs;
using Dashboard.Engine.Tasks;
using Microsoft.AspNetCore.Http.Features;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary>Attach over a WebSocket (RFC 6455): what a container writes, stdout and stderr alike, comes unframed in messages.</summary>
internal sealed class WebSocketEndpoints(IContainerService containers) : IEndpoints
{
    /// <summary>RFC 6455, 1.3: proves that the server speaks the protocol.</summary>
    private const string AcceptSalt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static readonly ApiVersion s_binaryFrames = new(1, 28);

    public IEnumerable<Route> Routes => [new("GET", "/containers/{id}/attach/ws", RouteState.Built, AttachAsync)];

    private async Task AttachAsync(ApiRequest request)
    {
        var keys = DetachKeys.Parse(request.Query("detachKeys"));
        var container = containers.Get(request.Parameter);
        var upgrade = Check(request, out var key);
        var (stdin, stdout, stderr) = (request.Flag("stdin"), request.Flag("stdout"), request.Flag("stderr"));
        // Live first, history after: what is written in between is then in one of them.
        var streams = request.Flag("stream") ? await containers.AttachAsync(container.Id, stdin, stdout, stderr, request.Aborted) : null;
        await using var owned = streams;
        await using var connection = await AcceptAsync(request, upgrade, key);
        using var socket = WebSocket.CreateFromStream(connection, new WebSocketCreationOptions { IsServer = true });
        var type = request.Version < s_binaryFrames ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
        var attached = new AttachedSocket(socket, type, stdin, container.Config.Tty && stdin ? keys : null);
        await attached.RunAsync(request.Flag("logs") ? History(container.Id, stdout, stderr, request.Aborted) : null, streams, request.Aborted);
    }

    private IAsyncEnumerable<LogChunk> History(string id, bool stdout, bool stderr, CancellationToken cancellationToken) =>
        containers.LogsAsync(id, new LogQuery { Stdout = stdout, Stderr = stderr }, cancellationToken);

    private static IHttpUpgradeFeature Check(ApiRequest request, out string key)
    {
        var headers = request.Http.Request.Headers;
        key = headers["Sec-WebSocket-Key"].ToString();
        var upgrade = request.Http.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } || !headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase))
            throw EngineException.Invalid("not websocket protocol");
        if (headers["Sec-WebSocket-Version"] != "13" || key.Length == 0)
            throw EngineException.Invalid("missing or bad WebSocket version or key");
        return upgrade;
    }

    private static Task<Stream> AcceptAsync(ApiRequest request, IHttpUpgradeFeature upgrade, string key)
    {
        var headers = request.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers["Sec-WebSocket-Accept"] = Convert.ToBase64String(AcceptHash(key));
        return upgrade.UpgradeAsync();
    }

    [SuppressMessage("Security", "CA5350", Justification = "The protocol's own choice of a hash; nothing is kept secret by it.")]
    private static byte[] AcceptHash(string key) => SHA1.HashData(Encoding.ASCII.GetBytes(key + AcceptSalt));
}
