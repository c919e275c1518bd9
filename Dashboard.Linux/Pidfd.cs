using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>pidfd_open(2), pidfd_send_signal(2), waitid(2) on a pidfd. System call numbers from 424 up are the same on every architecture.</summary>
public static unsafe partial class Pidfd
{
    private const long NR_pidfd_send_signal = 424;
    private const long NR_pidfd_open = 434;

    public const int P_PIDFD = 3;
    public const int WNOHANG = 1;
    public const int WEXITED = 4;

    /// <summary>si_code of SIGCHLD (sigaction(2)).</summary>
    public const int CLD_EXITED = 1;

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c, long d);

    public static int pidfd_open(int pid, uint flags) => (int)syscall(NR_pidfd_open, pid, flags, 0, 0);

    public static int pidfd_send_signal(int pidfd, int signal) => (int)syscall(NR_pidfd_send_signal, pidfd, signal, 0, 0);

    /// <summary>siginfo_t of SIGCHLD on 64-bit Linux: signo 0, errno 4, code 8, pid 16, uid 20, status 24; 128 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    public struct ChildInfo
    {
        [FieldOffset(0)] public int Signal;
        [FieldOffset(8)] public int Code;
        [FieldOffset(16)] public int Pid;
        [FieldOffset(24)] public int Status;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitid(int idType, int id, ChildInfo* info, int options);
}
