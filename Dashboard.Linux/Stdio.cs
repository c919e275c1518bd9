using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;stdio.h&gt;</summary>
public static partial class Stdio
{
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rename(string from, string to);
}
