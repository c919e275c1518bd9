using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Dashboard.Server.Terminals;

/// <summary>
/// One terminal: a WebSocket on one side, a shell on the other.
/// <code>
///   browser                                        server                                   shell
///   binary   keys, 64 KiB a message at most      →                                        →
///                                                ← text     {"ack":bytes that it has taken}
///            (at most 64 KiB unconfirmed)
///                                                ← binary   output, 16 KiB at most        ←
///   text     {"ack":bytes drawn}                 →   reads on while less than 256 KiB is unconfirmed
///   text     {"resize":[columns,rows]}           →                                        → SIGWINCH
///                                                ← text     {"exit":code}                 ← it ended
///                                                ← text     {"exit":code,"stopped":true}  ← and its container too
///                                                ← text     {"error":kind,"detail":"the engine's words"}
///                                                ← close 1000; 1001 server stops; 1007 not this protocol; 1008 signed out; 1009 too large
///   close, or no answer to a ping for a minute   →                                        → SIGHUP
/// </code>
/// The last text frame comes after all output and before the close. Both directions are confirmed, so nothing piles up: a
/// browser that draws nothing stops the reads, and the program waits for its terminal; a program that reads nothing stops
/// the browser's sends, while confirmations still pass.
/// </summary>
internal sealed class TerminalSession(TerminalSocket socket, TerminalExec exec)
{
    public const int Window = 256 * 1024;
    public const int LongestInput = 64 * 1024;
    private const int LongestControl = 1024;
    private const int Piece = 16 * 1024;

    private static readonly TimeSpan s_stuckLimit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_hangUpLimit = TimeSpan.FromSeconds(20);

    private readonly SendWindow window = new(Window);

    /// <summary>Runs until either side ends or a token says so. When this returns the shell has been hung up and the socket is closed.</summary>
    public async Task<TerminalEnd> RunAsync(CancellationToken signedOut, CancellationToken serverStops)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(signedOut, serverStops);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Token.Register(() => told.TrySetResult());
        var typed = new TypedInput(exec, count => socket.SendAsync(Encoding.ASCII.GetBytes($"{{\"ack\":{count}}}"), WebSocketMessageType.Text));
        var output = CopyOutputAsync(stop.Token);
        var input = ReceiveAsync(typed, stop.Token);
        var typing = typed.PumpAsync(stop.Token);
        var first = await Task.WhenAny(output, input, told.Task);
        var reason = signedOut.IsCancellationRequested ? TerminalEnd.Failed(TerminalEnd.SignedOut)
            : serverStops.IsCancellationRequested ? TerminalEnd.Failed(TerminalEnd.Stopping)
            : first == input ? await input
            : null;
        await stop.CancelAsync();
        var ended = await UnstickAsync(output);
        await typing;
        var hangUp = ended ? Task.CompletedTask : HangUpAsync();
        var end = reason ?? await ShellEndAsync(ended);
        await socket.CloseAsync(end, input);
        await hangUp;
        return end;
    }

    /// <returns>True at the end of the shell's output, false when it was stopped before.</returns>
    private async Task<bool> CopyOutputAsync(CancellationToken stop)
    {
        var buffer = new byte[Piece];
        try
        {
            while (true)
            {
                await window.WaitAsync(stop);
                var count = await exec.ReadAsync(buffer, stop);
                if (count == 0)
                    return true;
                window.Sent(count);
                await socket.SendAsync(buffer.AsMemory(0, count), WebSocketMessageType.Binary);
            }
        }
        catch (Exception error) when (TerminalSocket.IsGone(error))
        {
            return false;
        }
    }

    // A browser that does not even read leaves a send hanging.
    private async Task<bool> UnstickAsync(Task<bool> output)
    {
        try
        {
            return await output.WaitAsync(s_stuckLimit);
        }
        catch (TimeoutException)
        {
            socket.Abort();
            return await output;
        }
    }

    private async Task<TerminalEnd> ReceiveAsync(TypedInput typed, CancellationToken stop)
    {
        var buffer = new byte[Piece];
        var length = 0;
        try
        {
            while (true)
            {
                var received = await socket.ReceiveAsync(buffer);
                if (received.MessageType == WebSocketMessageType.Close)
                    return TerminalEnd.Left;
                var text = received.MessageType == WebSocketMessageType.Text;
                length += received.Count;
                if (length > (text ? LongestControl : LongestInput))
                    return TerminalEnd.Failed(TerminalEnd.TooLarge);
                if (!text && !stop.IsCancellationRequested && !await typed.AddAsync(buffer.AsMemory(0, received.Count)))
                    return TerminalEnd.Failed(TerminalEnd.TooLarge);
                if (text && !(received.EndOfMessage && await ControlAsync(buffer.AsMemory(0, received.Count), stop)))
                    return TerminalEnd.Failed(TerminalEnd.BadMessage);
                length = received.EndOfMessage ? 0 : length;
            }
        }
        catch (Exception error) when (TerminalSocket.IsGone(error))
        {
            return TerminalEnd.Left;
        }
    }

    /// <returns>False when it is no message of ours.</returns>
    private async Task<bool> ControlAsync(ReadOnlyMemory<byte> json, CancellationToken stop)
    {
        var (columns, rows) = (0, 0);
        try
        {
            using var document = JsonDocument.Parse(json);
            var message = document.RootElement;
            if (message.TryGetProperty("ack", out var ack) && ack.TryGetInt64(out var count))
            {
                window.Confirm(count);
                return true;
            }
            var known = message.TryGetProperty("resize", out var size) && size.GetArrayLength() == 2 && size[0].TryGetInt32(out columns) && size[1].TryGetInt32(out rows);
            if (!known || !TerminalRequest.IsSize(columns, rows))
                return false;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
        try
        {
            if (!stop.IsCancellationRequested)
                await exec.ResizeAsync(columns, rows, stop);
        }
        catch (Exception error) when (error is OperationCanceledException || TerminalException.From(error) is not null)
        {
            // A shell that has just ended has no size.
        }
        return true;
    }

    private async Task<TerminalEnd> ShellEndAsync(bool ended)
    {
        if (!ended)
            return TerminalEnd.Failed(TerminalEnd.Engine, "The connection to the engine was lost.");
        try
        {
            return await exec.EndAsync(CancellationToken.None);
        }
        catch (Exception error) when (TerminalException.From(error) is { } failure)
        {
            return failure.End;
        }
    }

    private async Task HangUpAsync()
    {
        using var limit = new CancellationTokenSource(s_hangUpLimit);
        await exec.HangUpAsync(limit.Token);
    }
}
