using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;sys/stat.h&gt;</summary>
public static partial class Stat
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial uint umask(uint mask);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkdir(string path, uint mode);
}
