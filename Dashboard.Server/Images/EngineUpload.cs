using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Dashboard.Client.Connections;

namespace Dashboard.Server.Images;

/// <summary>
/// One POST with a long body to an engine, over a connection of its own. HttpClient reads no answer before it has sent the
/// whole body; this one does, so that a refusal is known when the engine has made up its mind.
/// <code>
///   head, chunk, chunk …   →   engine        the next chunk is read from the browser when the last one is written
///   200, {"stream":"Loaded image: x"} or {"errorDetail":…}   ←   at any time
/// </code>
/// </summary>
internal sealed class EngineUpload : IDisposable
{
    private const int ChunkSize = 128 * 1024;
    private static readonly byte[] s_lineEnd = "\r\n"u8.ToArray();
    private static readonly byte[] s_lastChunk = "0\r\n\r\n"u8.ToArray();
    private readonly NetworkStream stream;
    private readonly string host;

    private EngineUpload(Socket socket, string host)
    {
        stream = new NetworkStream(socket, ownsSocket: true);
        this.host = host;
    }

    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async Task<EngineUpload> ConnectAsync(DockerEndpoint endpoint, CancellationToken cancellationToken)
    {
        var address = endpoint.Address;
        var isUnix = address.Scheme == "unix";
        var socket = isUnix ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (isUnix)
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.AbsolutePath), cancellationToken);
            else
                await socket.ConnectAsync(address.Host, address.Port > 0 ? address.Port : 2375, cancellationToken);
            return new EngineUpload(socket, isUnix ? "docker" : address.Authority);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends until the body or the engine ends.</summary>
    /// <exception cref="IOException">The connection broke without an answer, or what came is none.</exception>
    public async Task<HttpAnswer> PostAsync(string pathAndQuery, Stream body, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST {pathAndQuery} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"), cancellationToken);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answering = HttpAnswer.ReadAsync(stream, enough.Token);
        var sending = SendAsync(body, enough.Token);
        if (await Task.WhenAny(answering, sending) == sending && !sending.IsFaulted && !sending.IsCanceled)
            return await answering;
        try
        {
            // An engine that stops to read has answered, or is about to.
            if (sending.IsCompleted && sending.Exception?.InnerException is not IOException { InnerException: SocketException })
                await sending;
            return await answering;
        }
        finally
        {
            await enough.CancelAsync();
            await Task.WhenAny(Task.WhenAll(sending, answering));
        }
    }

    public void Dispose() => stream.Dispose();

    private async Task SendAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
        try
        {
            int count;
            while ((count = await body.ReadAsync(buffer.AsMemory(0, ChunkSize), cancellationToken)) > 0)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(count.ToString("x", CultureInfo.InvariantCulture) + "\r\n"), cancellationToken);
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                await stream.WriteAsync(s_lineEnd, cancellationToken);
            }
            await stream.WriteAsync(s_lastChunk, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
