using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Tests.Shared;

/// <summary>The tests' own view of ptys, apart from the product's, so that one cannot hide a mistake of the other.</summary>
internal static unsafe partial class PtyNative
{
    private const nuint TIOCSWINSZ = 0x5414;
    private const nuint TIOCGPTN = 0x80045430;
    private const nuint TIOCSPTLCK = 0x40045431;

    public static SafeFileHandle OpenMaster(out string slavePath)
    {
        var master = File.OpenHandle("/dev/ptmx", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var unlocked = 0;
        Check(ioctl(master, TIOCSPTLCK, &unlocked), "TIOCSPTLCK");
        var number = 0;
        Check(ioctl(master, TIOCGPTN, &number), "TIOCGPTN");
        slavePath = $"/dev/pts/{number}";
        return master;
    }

    /// <summary>The kernel tells the foreground process group by SIGWINCH.</summary>
    public static void Resize(SafeFileHandle master, int rows, int columns)
    {
        var size = stackalloc ushort[4] { (ushort)rows, (ushort)columns, 0, 0 };
        Check(ioctl(master, TIOCSWINSZ, size), "TIOCSWINSZ");
    }

    private static void Check(int result, string what)
    {
        if (result < 0) throw new IOException($"{what}: errno {Marshal.GetLastPInvokeError()}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle fd, nuint request, void* argument);
}
