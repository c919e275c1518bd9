using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>
/// The calls of &lt;fcntl.h&gt;, &lt;sys/stat.h&gt; and &lt;unistd.h&gt; that name a file by a directory descriptor and a path. Paths are
/// NUL-terminated bytes, because a file name is bytes and need not be UTF-8.
/// </summary>
public static unsafe partial class At
{
    /// <summary>This and the next differ by architecture (asm/fcntl.h).</summary>
    public static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000;
    public static readonly int O_DIRECTORY = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x4000 : 0x10000;
    public const int O_RDONLY = 0;
    public const int O_WRONLY = 1;
    public const int O_RDWR = 2;
    public const int O_CREAT = 0x40;
    public const int O_EXCL = 0x80;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
    public const int O_PATH = 0x200000;

    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_REMOVEDIR = 0x200;
    public const int AT_EMPTY_PATH = 0x1000;

    /// <summary>openat2(2): no crossing of mount points.</summary>
    public const ulong RESOLVE_NO_XDEV = 0x01;
    public const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    public const ulong RESOLVE_NO_SYMLINKS = 0x04;
    public const ulong RESOLVE_BENEATH = 0x08;
    /// <summary>The directory descriptor is "/" for absolute links and "..".</summary>
    public const ulong RESOLVE_IN_ROOT = 0x10;

    public const uint RENAME_NOREPLACE = 1;

    public const uint S_IFMT = 0xF000;
    public const uint S_IFIFO = 0x1000;
    public const uint S_IFCHR = 0x2000;
    public const uint S_IFDIR = 0x4000;
    public const uint S_IFBLK = 0x6000;
    public const uint S_IFREG = 0x8000;
    public const uint S_IFLNK = 0xA000;
    public const uint S_IFSOCK = 0xC000;

    private const long NR_openat2 = 437;

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long openat2Call(long number, int dirFd, ReadOnlySpan<byte> path, OpenHow* how, nuint size);

    /// <summary>No wrapper in the C library before glibc 2.43; the number is the same on every architecture.</summary>
    public static int openat2(int dirFd, ReadOnlySpan<byte> path, int flags, uint mode, ulong resolve)
    {
        var how = new OpenHow { Flags = (uint)flags, Mode = mode, Resolve = resolve };
        return (int)openat2Call(NR_openat2, dirFd, path, &how, (nuint)sizeof(OpenHow));
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int openat(int dirFd, ReadOnlySpan<byte> path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mkdirat(int dirFd, ReadOnlySpan<byte> path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int mknodat(int dirFd, ReadOnlySpan<byte> path, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int linkat(int oldDirFd, ReadOnlySpan<byte> oldPath, int newDirFd, ReadOnlySpan<byte> newPath, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int symlinkat(ReadOnlySpan<byte> target, int dirFd, ReadOnlySpan<byte> path);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint readlinkat(int dirFd, ReadOnlySpan<byte> path, Span<byte> buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unlinkat(int dirFd, ReadOnlySpan<byte> path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int renameat2(int oldDirFd, ReadOnlySpan<byte> oldPath, int newDirFd, ReadOnlySpan<byte> newPath, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchownat(int dirFd, ReadOnlySpan<byte> path, uint uid, uint gid, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchown(int fd, uint uid, uint gid);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmod(int fd, uint mode);

    /// <summary>Follows a symbolic link: only for names just made that are none.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchmodat(int dirFd, ReadOnlySpan<byte> path, uint mode, int flags);

    /// <param name="times">Access, then modification time.</param>
    [LibraryImport("libc", SetLastError = true)]
    public static partial int utimensat(int dirFd, ReadOnlySpan<byte> path, ReadOnlySpan<Timespec> times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int futimens(int fd, ReadOnlySpan<Timespec> times);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static partial int statxCall(int dirFd, ReadOnlySpan<byte> path, int flags, uint mask, Statx* result);

    /// <summary>The basic fields and the mount (STATX_BASIC_STATS, STATX_MNT_ID).</summary>
    public static int statx(int dirFd, ReadOnlySpan<byte> path, int flags, out Statx result)
    {
        result = default;
        fixed (Statx* pointer = &result)
            return statxCall(dirFd, path, flags, 0x17FF, pointer);
    }

    /// <summary>Reads struct linux_dirent64 records (getdents64(2)); 0 is the end.</summary>
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint getdents64(int fd, Span<byte> buffer, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int lsetxattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint lgetxattr(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint llistxattr(ReadOnlySpan<byte> path, Span<byte> list, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fsetxattr(int fd, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint fgetxattr(int fd, ReadOnlySpan<byte> name, Span<byte> value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint flistxattr(int fd, Span<byte> list, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pread(int fd, Span<byte> buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint pwrite(int fd, ReadOnlySpan<byte> buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, ReadOnlySpan<byte> buffer, nuint count);

    /// <summary>lseek(2): the next byte that is stored, and the next that is not.</summary>
    public const int SEEK_DATA = 3;
    public const int SEEK_HOLE = 4;

    [LibraryImport("libc", SetLastError = true)]
    public static partial long lseek(int fd, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ftruncate(int fd, long length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int fstatfsCall(int fd, Statfs* result);

    public static int fstatfs(int fd, out Statfs result)
    {
        result = default;
        fixed (Statfs* pointer = &result)
            return fstatfsCall(fd, pointer);
    }

    /// <summary>dev_t as the kernel and glibc encode it (makedev(3)).</summary>
    public static ulong MakeDevice(uint major, uint minor) =>
        (minor & 0xFF) | ((ulong)(major & 0xFFF) << 8) | ((ulong)(minor & ~0xFFu) << 12) | ((ulong)(major & ~0xFFFu) << 32);
}
