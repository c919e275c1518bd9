using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Oci.Shim;

namespace Dashboard.Engine.Tasks;

/// <summary>One connection to a shim; the protocol is drawn in <see cref="ShimProtocol"/>.</summary>
internal sealed class ShimConnection : IAsyncDisposable
{
    private readonly Socket socket;
    private readonly byte[] header = new byte[ShimProtocol.HeaderSize];

    private ShimConnection(Socket socket) => this.socket = socket;

    public Socket Socket => socket;

    public static async Task<ShimConnection> OpenAsync(string bundle, CancellationToken cancellationToken)
    {
        var path = Path.Combine(bundle, ShimProtocol.SocketName);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // By the directory's descriptor: a unix socket's path has 108 bytes, a run-root may be longer.
            using (var directory = PathHandles.OpenDirectory(bundle))
                await socket.ConnectAsync(new UnixDomainSocketEndPoint($"/proc/self/fd/{directory.Fd()}/{ShimProtocol.SocketName}"), cancellationToken);
            var connection = new ShimConnection(socket);
            var version = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(version, ShimProtocol.Version);
            await connection.SendAsync(ShimFrame.Hello, version, cancellationToken);
            var (kind, _) = await connection.ReceiveAsync(cancellationToken);
            return kind == ShimFrame.Hello ? connection : throw new IOException($"the shim at {path} answered frame {kind} instead of its version");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task SendAsync(ShimFrame kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var frame = new byte[ShimProtocol.HeaderSize + payload.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        frame[4] = (byte)kind;
        payload.CopyTo(frame.AsMemory(ShimProtocol.HeaderSize));
        try
        {
            for (var sent = 0; sent < frame.Length;)
                sent += await socket.SendAsync(frame.AsMemory(sent), cancellationToken);
        }
        catch (SocketException error)
        {
            throw new IOException("the connection to the shim is gone", error);
        }
    }

    /// <exception cref="EndOfStreamException">The shim closed the connection.</exception>
    public async ValueTask<(ShimFrame Kind, byte[] Payload)> ReceiveAsync(CancellationToken cancellationToken)
    {
        await FillAsync(header, cancellationToken);
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is < 0 or > ShimProtocol.MaxPayload)
            throw new IOException($"a frame of {length} bytes from the shim");
        var payload = length == 0 ? [] : new byte[length];
        await FillAsync(payload, cancellationToken);
        return ((ShimFrame)header[4], payload);
    }

    /// <summary>What the next Reply gives. The shim of a process that has ended says so first, to every connection.</summary>
    public async Task<byte[]> ReceiveReplyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (kind, payload) = await ReceiveAsync(cancellationToken);
            if (kind == ShimFrame.Reply)
                return Accepted(payload);
        }
    }

    /// <summary>Throws what a Reply refuses, else returns its data.</summary>
    public static byte[] Accepted(byte[] reply)
    {
        if (reply.Length > 0 && reply[0] == 0)
            return reply[1..];
        var text = reply.Length > 2 ? Encoding.UTF8.GetString(reply.AsSpan(2)) : "the shim refused without a reason";
        throw new EngineException(ErrorKind.System, text) { ExitCode = reply.Length > 1 ? reply[1] : 128 };
    }

    private async ValueTask FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            for (var filled = 0; filled < buffer.Length;)
            {
                var count = await socket.ReceiveAsync(buffer[filled..], cancellationToken);
                if (count == 0)
                    throw new EndOfStreamException("the shim closed the connection");
                filled += count;
            }
        }
        catch (SocketException error)
        {
            throw new EndOfStreamException("the connection to the shim is gone", error);
        }
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
