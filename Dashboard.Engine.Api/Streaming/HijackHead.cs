using System.IO.Pipelines;
using System.Net.Sockets;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Api.Streaming;

/// <summary>
/// The answer that turns a connection into a stream, and the wait until the client has it.
/// <code>
///   101 UPGRADED … \r\n\r\n │ first output
///   one read of 8 KiB ──────┴──────────→ the head's buffer of Python's http.client; docker-py goes on with the bare socket
/// </code>
/// What came in the same read as the head is lost to docker-py and docker-compose 1.29. dockerd is slow enough for that not
/// to show. So on a unix socket the first output waits until the head has been taken off it.
/// </summary>
internal sealed class HijackHead
{
    // Most clients wait for the head and take it within microseconds.
    private const int Yields = 64;
    private const int Looks = 2000;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(1);
    private readonly Socket? _socket;

    private HijackHead(Socket? socket) => _socket = socket;

    /// <param name="socket">Where nothing else is on its way to the client.</param>
    /// <param name="output">The way to any other transport.</param>
    public static async Task<HijackHead> SendAsync(Socket? socket, PipeWriter output, ReadOnlyMemory<byte> head, CancellationToken cancellationToken)
    {
        if (socket is not { AddressFamily: AddressFamily.Unix })
        {
            await output.WriteAsync(head, cancellationToken);
            return new HijackHead(null);
        }
        // Not by the pipe, which does not tell when the kernel has the bytes.
        while (head.Length > 0) head = head[await socket.SendAsync(head, cancellationToken)..];
        return new HijackHead(socket);
    }

    /// <summary>The kernel has no event for "the peer has read", so it is asked; a client that takes no head for seconds gets all at once.</summary>
    public async ValueTask TakenAsync(CancellationToken cancellationToken)
    {
        if (_socket is null) return;
        for (var i = 0; i < Yields; i++)
        {
            if (UnixPeer.HasReadAll(_socket)) return;
            await Task.Yield();
        }
        using var timer = new PeriodicTimer(s_look);
        for (var i = 0; i < Looks && !UnixPeer.HasReadAll(_socket); i++) await timer.WaitForNextTickAsync(cancellationToken);
    }
}
