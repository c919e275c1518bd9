using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;sched.h&gt;</summary>
public static partial class Sched
{
    public const int CLONE_FS = 0x200;
    public const int CLONE_NEWNS = 0x20000;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unshare(int flags);
}
