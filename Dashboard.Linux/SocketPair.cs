using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>socketpair(2)</summary>
public static unsafe partial class SocketPair
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial int socketpair(int domain, int type, int protocol, int* fds);
}
