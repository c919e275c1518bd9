using System.Text;
using Dashboard.Linux;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Commands;

/// <summary>runc's <c>--console-socket</c>: the terminal's master goes to a unix stream socket as SCM_RIGHTS beside its name.</summary>
internal static unsafe class ConsoleSocket
{
    public static void Send(string? path, int master)
    {
        if (master < 0)
            return;
        try
        {
            Connect(path ?? throw new LaunchException("process.terminal is true: --console-socket must say where its master goes"), master);
        }
        finally
        {
            Unistd.close(master);
        }
    }

    private static void Connect(string path, int master)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        if (bytes.Length >= SocketNative.UnixPathMax)
            throw new LaunchException($"console socket {path}: the path has more than {SocketNative.UnixPathMax - 1} bytes");
        var address = stackalloc byte[SocketNative.UnixPathMax + 2];
        new Span<byte>(address, SocketNative.UnixPathMax + 2).Clear();
        *(ushort*)address = SocketNative.AF_UNIX;
        bytes.CopyTo(new Span<byte>(address + 2, SocketNative.UnixPathMax));
        var fd = SocketNative.socket(SocketNative.AF_UNIX, SocketNative.SOCK_STREAM | SocketNative.SOCK_CLOEXEC, 0);
        if (fd < 0 || SocketNative.connect(fd, address, SocketNative.UnixPathMax + 2) != 0 || !SendDescriptor(fd, master))
            throw new LaunchException($"console socket {path}: {Errno.Text(Errno.Last)}");
        Unistd.close(fd);
    }

    private static bool SendDescriptor(int fd, int master)
    {
        fixed (byte* name = "/dev/pts/ptmx"u8)
        {
            var control = stackalloc byte[24];
            *(SocketNative.cmsghdr*)control = new() { cmsg_len = 20, cmsg_level = SocketNative.SOL_SOCKET, cmsg_type = SocketNative.SCM_RIGHTS };
            *(int*)(control + 16) = master;
            var vector = new SocketNative.iovec { iov_base = name, iov_len = 13 };
            var message = new SocketNative.msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = 24 };
            return SocketNative.sendmsg(fd, &message, SocketNative.MSG_NOSIGNAL) == 13;
        }
    }
}
