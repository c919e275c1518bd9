using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>memfd_create(2): files without a name, which can be sealed against any change.</summary>
public static unsafe partial class Memfd
{
    public const uint MFD_CLOEXEC = 1;
    public const uint MFD_ALLOW_SEALING = 2;
    /// <summary>Since 6.3, where a sysctl may refuse files that do not say so.</summary>
    public const uint MFD_EXEC = 0x10;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int execv(string path, byte** arguments);

    /// <summary>A sealed, executable copy; -1 with errno where the kernel refuses.</summary>
    public static int Seal(string name, ReadOnlySpan<byte> content)
    {
        var fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
        if (fd < 0 && Errno.Last == Errno.EINVAL)
            fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
        if (fd < 0)
            return -1;
        while (!content.IsEmpty)
        {
            nint written;
            fixed (byte* data = content)
                written = Unistd.write(fd, data, (nuint)content.Length);
            if (written < 0 && Errno.Last == Errno.EINTR)
                continue;
            if (written <= 0)
                return Fail(fd);
            content = content[(int)written..];
        }
        return Fcntl.fcntl(fd, Fcntl.F_ADD_SEALS, Fcntl.F_SEAL_ALL) == 0 ? fd : Fail(fd);
    }

    public static bool IsSealed(string path)
    {
        var fd = Fcntl.open(path, Fcntl.O_RDONLY | Fcntl.O_CLOEXEC, 0);
        if (fd < 0)
            return false;
        var seals = Fcntl.fcntl(fd, Fcntl.F_GET_SEALS, 0);
        Unistd.close(fd);
        return seals >= 0 && (seals & Fcntl.F_SEAL_WRITE) != 0;
    }

    private static int Fail(int fd)
    {
        var error = Errno.Last;
        Unistd.close(fd);
        Marshal.SetLastPInvokeError(error);
        return -1;
    }
}
