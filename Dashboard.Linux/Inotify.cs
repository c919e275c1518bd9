using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;sys/inotify.h&gt;</summary>
public static partial class Inotify
{
    public const uint IN_MODIFY = 0x2;
    public const uint IN_ATTRIB = 0x4;
    public const uint IN_CREATE = 0x100;
    public const uint IN_MOVED_TO = 0x80;
    public const uint IN_MOVE_SELF = 0x800;
    public const uint IN_DELETE_SELF = 0x400;
    public const uint IN_Q_OVERFLOW = 0x4000;
    public const uint IN_IGNORED = 0x8000;
    public const uint IN_MASK_ADD = 0x20000000;

    public const int IN_NONBLOCK = 0x800;
    public const int IN_CLOEXEC = 0x80000;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int inotify_init1(int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int inotify_add_watch(int fd, string path, uint mask);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int inotify_rm_watch(int fd, int watch);
}
