using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Dashboard.Tests.Contracts;

/// <summary>HTTP/1.1 by hand on the engine's socket: clients that hijack the connection cannot be judged through a library.</summary>
internal sealed class WireConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly MemoryStream _ahead = new();
    private Dictionary<string, string> _headers = [];

    private WireConnection(Socket socket) => _socket = socket;

    public int Status { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<WireConnection> OpenAsync(string socketPath)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), Token);
        return new WireConnection(socket);
    }

    public string? Header(string name) => _headers.GetValueOrDefault(name.ToLowerInvariant());

    /// <summary>Sends the request and reads the answer's head; the body or the hijacked stream follows.</summary>
    public Task SendAsync(string method, string path, string? json = null, params string[] headers)
    {
        var untyped = json is not null && !headers.Any(header => header.StartsWith("Content-Type", StringComparison.OrdinalIgnoreCase));
        return SendAsync(method, path, json is null ? null : Encoding.UTF8.GetBytes(json), untyped ? [.. headers, "Content-Type: application/json"] : headers);
    }

    /// <summary>The same with any body, and with no headers but the given ones.</summary>
    public async Task SendAsync(string method, string path, byte[]? body, IReadOnlyList<string> headers)
    {
        var head = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: docker\r\n");
        foreach (var header in headers) head.Append(header).Append("\r\n");
        if (body is not null || method == "POST") head.Append($"Content-Length: {body?.Length ?? 0}\r\n");
        await SendBytesAsync(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()));
        await SendBytesAsync(body);
        await ReadHeadAsync();
    }

    public Task WriteAsync(string text) => SendBytesAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>No more input from us; the other direction stays open.</summary>
    public void HalfClose() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>The body by its Content-Length or chunks, or everything up to the end of the connection.</summary>
    public async Task<byte[]> ReadBodyAsync()
    {
        if (Header("Content-Length") is { } length) return await ReadExactlyAsync(int.Parse(length));
        if (Header("Transfer-Encoding") == "chunked") return await ReadChunksAsync();
        return await ReadToEndAsync();
    }

    /// <summary>Whether the other side closes while nobody says anything.</summary>
    public async Task<bool> EndsWithinAsync(TimeSpan limit)
    {
        using var expiry = CancellationTokenSource.CreateLinkedTokenSource(Token);
        expiry.CancelAfter(limit);
        try
        {
            return await _socket.ReceiveAsync(Memory<byte>.Empty, expiry.Token) == 0;
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            return false;
        }
    }

    public async Task<string> ReadTextAsync() => Encoding.UTF8.GetString(await ReadBodyAsync());

    public async Task<byte[]> ReadToEndAsync()
    {
        var buffer = new byte[64 * 1024];
        while (await _socket.ReceiveAsync(buffer, Token) is var count and > 0) Append(buffer.AsSpan(0, count));
        return Take((int)_ahead.Length);
    }

    /// <summary>One frame of Docker's stdcopy: {stream, 0, 0, 0, size as 4 bytes big-endian} and the bytes.</summary>
    public async Task<(int Stream, string Text)> ReadFrameAsync()
    {
        var header = await ReadExactlyAsync(8);
        Assert.Equal(new byte[3], header[1..4]);
        return (header[0], Encoding.UTF8.GetString(await ReadExactlyAsync(BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)))));
    }

    /// <summary>The text of both streams in a whole stdcopy stream.</summary>
    public static (string Stdout, string Stderr) Unframe(byte[] bytes)
    {
        var texts = new[] { new StringBuilder(), new StringBuilder(), new StringBuilder() };
        for (var at = 0; at < bytes.Length;)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4));
            texts[bytes[at]].Append(Encoding.UTF8.GetString(bytes, at + 8, size));
            at += 8 + size;
        }
        return (texts[1].ToString(), texts[2].ToString());
    }

    public void Dispose()
    {
        _socket.Dispose();
        _ahead.Dispose();
    }

    private async Task SendBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, Token)..];
    }

    private async Task ReadHeadAsync()
    {
        _headers = [];
        var lines = new List<string>();
        while (await ReadLineAsync() is { Length: > 0 } line) lines.Add(line);
        Status = int.Parse(lines[0].Split(' ')[1]);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            _headers[line[..colon].ToLowerInvariant()] = line[(colon + 1)..].Trim();
        }
    }

    private async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal)) line.Append((char)(await ReadExactlyAsync(1))[0]);
        return line.ToString(0, line.Length - 2);
    }

    private async Task<byte[]> ReadChunksAsync()
    {
        using var body = new MemoryStream();
        while (true)
        {
            var size = Convert.ToInt32(await ReadLineAsync(), 16);
            body.Write(await ReadExactlyAsync(size));
            await ReadLineAsync();
            if (size == 0) return body.ToArray();
        }
    }

    private async Task<byte[]> ReadExactlyAsync(int count)
    {
        var buffer = new byte[64 * 1024];
        while (_ahead.Length < count)
        {
            var received = await _socket.ReceiveAsync(buffer, Token);
            if (received == 0) throw new EndOfStreamException($"the connection ended {count - _ahead.Length} bytes early");
            Append(buffer.AsSpan(0, received));
        }
        return Take(count);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _ahead.Position = _ahead.Length;
        _ahead.Write(bytes);
    }

    private byte[] Take(int count)
    {
        var all = _ahead.ToArray();
        _ahead.SetLength(0);
        _ahead.Write(all.AsSpan(count));
        return all[..count];
    }
}
