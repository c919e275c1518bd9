using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Dashboard.Tests.Server.Terminals;

/// <summary>The browser's side of the protocol, without a browser.</summary>
internal sealed class TerminalClient(ClientWebSocket socket) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly StringBuilder text = new();

    /// <summary>The status that came instead of a socket.</summary>
    public HttpStatusCode? Refused { get; set; }

    /// <summary>Bytes of output so far.</summary>
    public long Received { get; private set; }

    /// <summary>Bytes of keys that the server has confirmed.</summary>
    public long Confirmed { get; private set; }

    /// <summary>The last text frame that was no confirmation.</summary>
    public JsonElement? End { get; private set; }

    public WebSocketCloseStatus? Closed => socket.CloseStatus;

    /// <summary>Whether output is confirmed as it comes.</summary>
    public bool Confirms { get; set; } = true;

    public Task TypeAsync(string keys) => SendAsync(Encoding.UTF8.GetBytes(keys), WebSocketMessageType.Binary);

    public Task ControlAsync(string json) => SendAsync(Encoding.UTF8.GetBytes(json), WebSocketMessageType.Text);

    public async Task SendAsync(byte[] message, WebSocketMessageType type) => await socket.SendAsync(message, type, true, TestContext.Current.CancellationToken);

    /// <summary>One message. Not to be called again before the last one has come.</summary>
    /// <returns>False at the close.</returns>
    public async Task<bool> ReceiveAsync()
    {
        var received = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
        if (received.MessageType == WebSocketMessageType.Close)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
            return false;
        }
        Assert.True(received.EndOfMessage, "a message of more than 64 KiB");
        if (received.MessageType == WebSocketMessageType.Text)
        {
            var message = JsonDocument.Parse(buffer.AsMemory(0, received.Count)).RootElement.Clone();
            if (message.TryGetProperty("ack", out var ack))
                Confirmed += ack.GetInt64();
            else
                End = message;
            return true;
        }
        Received += received.Count;
        text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
        if (Confirms)
            await ConfirmAsync(received.Count);
        return true;
    }

    public Task ConfirmAsync(long count) => ControlAsync($"{{\"ack\":{count}}}");

    /// <summary>Reads until the output has this; what came before it is forgotten.</summary>
    public async Task ExpectAsync(string expected)
    {
        int found;
        while ((found = text.ToString().IndexOf(expected, StringComparison.Ordinal)) < 0)
        {
            if (text.Length > 64 * 1024)
                text.Remove(0, text.Length - expected.Length);
            if (!await ReceiveAsync().WaitAsync(s_patience))
                throw new InvalidOperationException($"closed without \"{expected}\": {End} after \"{text}\"");
        }
        text.Remove(0, found + expected.Length);
    }

    /// <summary>Reads to the close and gives the last text frame.</summary>
    public async Task<JsonElement> ExpectEndAsync()
    {
        while (await ReceiveAsync().WaitAsync(s_patience))
        {
        }
        return End ?? throw new InvalidOperationException($"closed with {Closed} and without a word after \"{text}\"");
    }

    /// <summary>As when a laptop's lid is shut: no close, the connection is just gone.</summary>
    public void Vanish() => socket.Abort();

    public void Dispose() => socket.Dispose();
}
