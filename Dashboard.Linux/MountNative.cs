using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;sys/mount.h&gt;: mount(2), and the file-descriptor based calls of fsopen(2), whose numbers are the same everywhere.</summary>
public static unsafe partial class MountNative
{
    private const long NR_move_mount = 429;
    private const long NR_fsopen = 430;
    private const long NR_fsconfig = 431;
    private const long NR_fsmount = 432;
    private const long NR_open_tree = 428;
    private const long NR_mount_setattr = 442;

    public const ulong MS_RDONLY = 1;
    public const ulong MS_REMOUNT = 0x20;
    public const ulong MS_BIND = 0x1000;
    public const ulong MS_REC = 0x4000;
    public const ulong MS_PRIVATE = 1 << 18;
    public const ulong MS_SLAVE = 1 << 19;
    public const int MNT_DETACH = 2;

    public const uint FSOPEN_CLOEXEC = 1;
    public const uint FSMOUNT_CLOEXEC = 1;
    public const uint FSCONFIG_SET_STRING = 1;
    public const uint FSCONFIG_CMD_CREATE = 6;
    public const uint MOVE_MOUNT_F_EMPTY_PATH = 4;
    public const uint MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    public const uint OPEN_TREE_CLONE = 1;
    public const uint OPEN_TREE_CLOEXEC = 0x80000;
    public const uint AT_RECURSIVE = 0x8000;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string? source, string target, string? type, ulong flags, string? data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long fsopenCall(long number, string type, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long fsconfigCall(long number, int fd, uint command, string? key, string? value, int aux);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long fsmountCall(long number, int fd, uint flags, uint attributes);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long moveMountCall(long number, int fromFd, string from, int toFd, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long openTreeCall(long number, int dirFd, string path, uint flags);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long mountSetattrCall(long number, int dirFd, string path, uint flags, void* attributes, nuint size);

    public static int open_tree(int dirFd, string path, uint flags) => (int)openTreeCall(NR_open_tree, dirFd, path, flags);

    /// <summary>Asks the kernel to change nothing of a mount that is none: only one that does not have the call says ENOSYS.</summary>
    public static bool HasMountSetattr() => mountSetattrCall(NR_mount_setattr, -1, "", 0, null, 0) == 0 || Errno.Last != Errno.ENOSYS;

    public static int fsopen(string type, uint flags) => (int)fsopenCall(NR_fsopen, type, flags);
    public static int fsconfig(int fd, uint command, string? key, string? value, int aux) => (int)fsconfigCall(NR_fsconfig, fd, command, key, value, aux);
    public static int fsmount(int fd, uint flags, uint attributes) => (int)fsmountCall(NR_fsmount, fd, flags, attributes);
    public static int move_mount(int fromFd, string from, int toFd, string to, uint flags) => (int)moveMountCall(NR_move_mount, fromFd, from, toFd, to, flags);
}
