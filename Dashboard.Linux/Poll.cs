using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;poll.h&gt;</summary>
public static unsafe partial class Poll
{
    public struct pollfd
    {
        public int fd;
        public short events;
        public short revents;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(pollfd* fds, nuint count, int timeoutMilliseconds);
}
