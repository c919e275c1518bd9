using System.Net.Sockets;
using Dashboard.Linux;

namespace Dashboard.Engine.Tasks;

/// <summary>Receives descriptors over a unix socket (SCM_RIGHTS), which System.Net.Sockets does not offer.</summary>
internal static unsafe class DescriptorReceiver
{
    public static IReadOnlyList<Socket> Receive(Socket from, int count) =>
        [.. ReceiveAny(from, count).Select(fd => new Socket(new SafeSocketHandle(fd, ownsHandle: true)))];

    /// <summary>Descriptors of any kind; the caller owns them.</summary>
    public static IReadOnlyList<int> ReceiveAny(Socket from, int count)
    {
        var data = stackalloc byte[64];
        var size = sizeof(SocketNative.cmsghdr) + ((count * 4 + 7) & ~7);
        var control = new byte[size];
        fixed (byte* space = control)
        {
            var vector = new SocketNative.iovec { iov_base = data, iov_len = 64 };
            var message = new SocketNative.msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = space, msg_controllen = (nuint)size };
            var received = SocketNative.recvmsg((int)from.Handle, &message, SocketNative.MSG_CMSG_CLOEXEC);
            if (received <= 0)
                throw new IOException($"held sockets: {Errno.Text(Errno.Last)}");
            var header = (SocketNative.cmsghdr*)space;
            if (message.msg_controllen == 0 || header->cmsg_type != SocketNative.SCM_RIGHTS)
                return [];
            return new Span<int>(space + sizeof(SocketNative.cmsghdr), ((int)header->cmsg_len - sizeof(SocketNative.cmsghdr)) / 4).ToArray();
        }
    }
}
