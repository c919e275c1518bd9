using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;sys/xattr.h&gt;</summary>
public static unsafe partial class Xattr
{
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint fgetxattr(int fd, string name, void* value, nuint size);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int fsetxattr(int fd, string name, void* value, nuint size, int flags);
}
