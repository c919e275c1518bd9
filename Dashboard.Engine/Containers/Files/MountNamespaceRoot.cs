using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Containers.Files;

/// <summary>
/// The root of a running container's mount namespace, as its processes see it, binds, volumes and tmpfs included. Not
/// /proc/PID/root: a process may chroot itself. The thread that looks has the container's root as its own for three system
/// calls, during which nothing is loaded or opened by name; it is a thread for this alone.
/// </summary>
internal static class MountNamespaceRoot
{
    /// <summary>By O_PATH. The caller owns it.</summary>
    /// <exception cref="EngineException">Conflict: the process has gone.</exception>
    public static SafeFileHandle Open(int pid, string containerId)
    {
        using var process = PathHandles.Wrap(Pidfd.pidfd_open(pid, 0), "pidfd_open", containerId);
        // A number may belong to somebody else by now; what is in the container's cgroup is the container's.
        if (!File.ReadAllText($"/proc/{pid}/cgroup").Contains(containerId, StringComparison.Ordinal))
            throw EngineException.Conflict($"container {containerId} is not running");
        var (fd, error) = Look(process.Fd());
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw new SyscallException("setns", containerId, error);
    }

    private static (int Fd, int Error) Look(int process)
    {
        // Bound beforehand: the loader looks for a library by name the first time.
        _ = SetNs.setns(-1, 0);
        _ = At.openat(-1, "/\0"u8, At.O_PATH, 0) is var none && none >= 0 ? At.close(none) : 0;
        if (Sched.unshare(Sched.CLONE_FS) != 0)
            return (-1, Errno.Last);
        using var own = PathHandles.Wrap(At.openat(At.AT_FDCWD, "/proc/thread-self/ns/mnt\0"u8, At.O_RDONLY | At.O_CLOEXEC, 0), "open", "/proc/thread-self/ns/mnt");
        var ownFd = own.Fd();
        var fd = -1;
        var error = 0;
        if (SetNs.setns(process, Sched.CLONE_NEWNS) != 0)
            return (-1, Errno.Last);
        fd = At.openat(At.AT_FDCWD, "/\0"u8, At.O_PATH | At.O_DIRECTORY | At.O_CLOEXEC, 0);
        error = Errno.Last;
        _ = SetNs.setns(ownFd, Sched.CLONE_NEWNS);
        return (fd, error);
    }
}
