using System.Buffers;
using System.Net.WebSockets;
using Dashboard.Engine.Logs;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Api.Streaming;

/// <summary>
/// A container's stdio on a WebSocket. There is no half-close: a client that closes has left, and the container goes on.
/// </summary>
/// <param name="detachKeys">Null without a terminal.</param>
internal sealed class AttachedSocket(WebSocket socket, WebSocketMessageType type, bool stdin, DetachKeys? detachKeys)
{
    private const int BufferLength = 32 * 1024;
    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(5);

    /// <summary>Until the output ends, the client has gone or the user detaches.</summary>
    public async Task RunAsync(IAsyncEnumerable<LogChunk>? history, TaskStreams? streams, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadAsync(streams, end);
        try
        {
            if (history is not null)
            {
                await foreach (var chunk in history)
                    await socket.SendAsync(chunk.Data, type, endOfMessage: true, end.Token);
            }
            if (streams is not null)
                await WriteAsync(streams, end.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException)
        {
            // The client has left; nobody is there to be told.
        }
        await CloseAsync();
        await end.CancelAsync();
        await reading;
    }

    private async Task WriteAsync(TaskStreams streams, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (await streams.ReadAsync(buffer, cancellationToken) is { Count: > 0 } piece)
                await socket.SendAsync(buffer.AsMemory(0, piece.Count), type, endOfMessage: true, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ReadAsync(TaskStreams? streams, CancellationTokenSource end)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        var passed = new byte[BufferLength + (detachKeys?.LongestHeld ?? 0)];
        var open = stdin;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer.AsMemory(0, BufferLength), end.Token);
                if (received.MessageType == WebSocketMessageType.Close)
                    break;
                if (streams is null || !open)
                    continue;
                var (typed, detached) = Scan(buffer.AsMemory(0, received.Count), passed);
                open = await TryPassAsync(streams, typed, end.Token);
                if (detached)
                    break;
            }
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException)
        {
            // It was cut off, or the output has ended.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await end.CancelAsync();
        }
    }

    private (ReadOnlyMemory<byte> Typed, bool Detached) Scan(ReadOnlyMemory<byte> typed, byte[] passed)
    {
        if (detachKeys is null)
            return (typed, false);
        var detached = detachKeys.Scan(typed.Span, passed, out var count);
        return (passed.AsMemory(0, count), detached);
    }

    /// <returns>False when the process reads no more: its output goes on.</returns>
    private static async Task<bool> TryPassAsync(TaskStreams streams, ReadOnlyMemory<byte> typed, CancellationToken cancellationToken)
    {
        try
        {
            if (!typed.IsEmpty)
                await streams.WriteAsync(typed, cancellationToken);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task CloseAsync()
    {
        using var limit = new CancellationTokenSource(s_closeLimit);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or WebSocketException or IOException)
        {
            // The client has left already.
        }
    }
}
