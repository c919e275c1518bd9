using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>prctl(2).</summary>
public static partial class PrctlNative
{
    public const int PR_SET_NAME = 15;

    /// <summary>The operations that take a string; the kernel cuts a name at 15 bytes.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int prctl(int operation, string argument);
}
