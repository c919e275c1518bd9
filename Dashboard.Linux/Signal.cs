using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;signal.h&gt;</summary>
public static partial class Signal
{
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);
}
