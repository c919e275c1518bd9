using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;sys/ioctl.h&gt;, ioctl_tty(2), unix(7).</summary>
public static unsafe partial class Ioctl
{
    public const nuint TIOCSWINSZ = 0x5414;
    /// <summary>Of an AF_UNIX socket: what was sent and the peer has not read yet (SIOCOUTQ is the same number).</summary>
    public const nuint TIOCOUTQ = 0x5411;

    public struct winsize
    {
        public ushort ws_row;
        public ushort ws_col;
        public ushort ws_xpixel;
        public ushort ws_ypixel;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, void* argument);
}
