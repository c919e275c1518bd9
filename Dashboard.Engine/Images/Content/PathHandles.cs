using System.Text;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Content;

/// <summary>Opens our own directories, whose names we made ourselves.</summary>
internal static class PathHandles
{
    public static SafeFileHandle OpenDirectory(string path) =>
        Wrap(At.openat(At.AT_FDCWD, Encoding.UTF8.GetBytes(path + "\0"), At.O_RDONLY | At.O_DIRECTORY | At.O_CLOEXEC, 0), "open", path);

    /// <summary>Makes a directory that only root may enter: below it lie setuid programs and device nodes of strangers.</summary>
    public static void CreatePrivate(string path)
    {
        Directory.CreateDirectory(path);
        using var handle = OpenDirectory(path);
        if (At.fchmod(handle.Fd(), 0x1C0) < 0)
            throw SyscallException.Last("chmod", path);
    }

    public static SafeFileHandle Wrap(int fd, string call, string path) =>
        fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw SyscallException.Last(call, path);

    /// <summary>Valid while the handle is alive, which the caller sees to.</summary>
    public static int Fd(this SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}
