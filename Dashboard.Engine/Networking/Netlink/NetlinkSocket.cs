using System.Buffers.Binary;
using Dashboard.Engine.Errors;
using Dashboard.Linux;

namespace Dashboard.Engine.Networking.Netlink;

/// <summary>One netlink conversation: send, then read the acknowledgements. It belongs to the network namespace in which its thread opened it.</summary>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    public const int Route = 0, Netfilter = 12;
    private const int AF_NETLINK = 16, SOCK_RAW = 3, MessageError = 2, SendBufferForce = 32;
    private readonly int fd;

    public NetlinkSocket(int protocol)
    {
        fd = SocketNative.socket(AF_NETLINK, SOCK_RAW | SocketNative.SOCK_CLOEXEC, protocol);
        if (fd < 0)
            throw new EngineException(ErrorKind.System, $"netlink socket: {Errno.Text(Errno.Last)}");
        // A transaction is one message, and a thousand published ports are half a megabyte of it.
        var bytes = 16 << 20;
        _ = SocketNative.setsockopt(fd, SocketNative.SOL_SOCKET, SendBufferForce, &bytes, sizeof(int));
    }

    /// <exception cref="EngineException">The kernel refused; the message starts with <paramref name="what"/>.</exception>
    public void Exchange(NetlinkMessage message, string what)
    {
        var error = TryExchange(message);
        if (error != 0)
            throw new EngineException(ErrorKind.System, $"{what}: {Errno.Text(error)}");
    }

    /// <returns>0 or the first errno.</returns>
    public int TryExchange(NetlinkMessage message)
    {
        fixed (byte* data = message.Bytes)
        {
            if (SocketNative.send(fd, data, (nuint)message.Bytes.Length, 0) < 0)
                return Errno.Last;
        }
        var buffer = new byte[32 << 10];
        for (var left = message.Acknowledged; left > 0;)
        {
            nint count;
            fixed (byte* data = buffer)
                count = SocketNative.recv(fd, data, (nuint)buffer.Length, 0);
            if (count < 0)
                return Errno.Last;
            for (var at = 0; at + 20 <= count;)
            {
                var size = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at));
                if (BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + 4)) == MessageError)
                {
                    left--;
                    var error = -BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at + 16));
                    if (error != 0)
                        return error;
                }
                at += (size + 3) & ~3;
            }
        }
        return 0;
    }

    public void Dispose() => Unistd.close(fd);
}
