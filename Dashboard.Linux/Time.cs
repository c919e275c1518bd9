using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;time.h&gt;. libc answers clock_gettime from the vdso, without a system call.</summary>
public static unsafe partial class Time
{
    public const int CLOCK_REALTIME = 0;
    public const int CLOCK_MONOTONIC = 1;

    public struct timespec
    {
        public long tv_sec;
        public long tv_nsec;
    }

    [LibraryImport("libc"), SuppressGCTransition]
    public static partial int clock_gettime(int clock, timespec* time);
}
