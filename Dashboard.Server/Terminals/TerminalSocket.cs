using System.Net.WebSockets;

namespace Dashboard.Server.Terminals;

/// <summary>
/// The browser's side of a terminal. Sends and receives take no token: one that is cancelled breaks a WebSocket, and then
/// the reason could not be told. What hangs is ended by <see cref="Abort"/>.
/// </summary>
internal sealed class TerminalSocket(WebSocket socket) : IDisposable
{
    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(5);

    // A WebSocket takes one send at a time, and confirmations of keys come between pieces of output.
    private readonly SemaphoreSlim sending = new(1, 1);

    public static bool IsGone(Exception error) => error is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException;

    public async Task SendAsync(ReadOnlyMemory<byte> message, WebSocketMessageType type)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(message, type, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
    }

    public ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, CancellationToken.None);

    public void Abort() => socket.Abort();

    /// <summary>Says why, closes, and waits a moment for the browser's answer.</summary>
    /// <param name="reading">Whoever reads the socket; null when nobody does yet.</param>
    public async Task CloseAsync(TerminalEnd end, Task? reading = null)
    {
        reading ??= DrainAsync();
        try
        {
            var closing = SayAsync(end);
            await closing.WaitAsync(s_closeLimit);
            await reading.WaitAsync(s_closeLimit);
        }
        catch (Exception error) when (error is TimeoutException || IsGone(error))
        {
            // It does not answer.
        }
        socket.Abort();
        await reading;
    }

    public void Dispose() => sending.Dispose();

    private async Task SayAsync(TerminalEnd end)
    {
        if (end != TerminalEnd.Left && socket.State == WebSocketState.Open)
            await SendAsync(end.ToJson(), WebSocketMessageType.Text);
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(Status(end), null, CancellationToken.None);
    }

    private static WebSocketCloseStatus Status(TerminalEnd end) => end.Error switch
    {
        TerminalEnd.SignedOut => WebSocketCloseStatus.PolicyViolation,
        TerminalEnd.TooLarge => WebSocketCloseStatus.MessageTooBig,
        TerminalEnd.BadMessage => WebSocketCloseStatus.InvalidPayloadData,
        TerminalEnd.Stopping => WebSocketCloseStatus.EndpointUnavailable,
        _ => WebSocketCloseStatus.NormalClosure,
    };

    private async Task DrainAsync()
    {
        var buffer = new byte[1024];
        try
        {
            while ((await ReceiveAsync(buffer)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception error) when (IsGone(error))
        {
            // Gone is as good as closed.
        }
    }
}
