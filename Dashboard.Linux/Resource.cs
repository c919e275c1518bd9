using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;sys/resource.h&gt;</summary>
public static unsafe partial class Resource
{
    public const int RLIMIT_CORE = 4;
    public const int RLIMIT_NPROC = 6;
    public const int RLIMIT_NOFILE = 7;

    public const ulong RLIM_INFINITY = ulong.MaxValue;

    public struct rlimit
    {
        public ulong rlim_cur;
        public ulong rlim_max;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prlimit(int pid, int resource, rlimit* newLimit, rlimit* oldLimit);
}
