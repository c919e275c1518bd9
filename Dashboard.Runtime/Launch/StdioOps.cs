using System.Runtime.InteropServices;
using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;
using static Dashboard.Linux.SyscallNumbers;

namespace Dashboard.Runtime.Launch;

/// <summary>
/// 0, 1 and 2 of the program: the given fds, or a pty of the container's *own* devpts, whose master travels to the shim by
/// SCM_RIGHTS. Inside a running container /dev/pts/ptmx is the image's word, so file system and device are checked first.
/// </summary>
internal sealed unsafe class StdioOps(OpTable table, Process process, int controlFd)
{
    private const int AtFdCwd = -100, EmptyPath = 0x1000;
    private const uint DevptsMagic = 0x1cd1;
    private const int TIOCSPTLCK = 0x40045431, TIOCGPTPEER = 0x5441, TIOCSWINSZ = 0x5414, TIOCSCTTY = 0x540E;
    private const int Flags = 2 /* O_RDWR */ | 0x100 /* O_NOCTTY */ | 0x80000;

    public void Plain(int stdin, int stdout, int stderr)
    {
        table.Call("setsid", Setsid);
        Duplicate(stdin, stdout, stderr);
        ReadOnlySpan<int> sources = [stdin, stdout, stderr];
        for (var target = 0; target < sources.Length; target++)
        {
            // So that a user can open /dev/stdout, which is a link to the pipe. EPERM: a user namespace without its owner.
            if (IsPipe(sources[target]))
                table.Call("owner of stdio", Fchown, target, process.User.Uid, -1, ignore: Errno.EPERM, ignore2: Errno.EINVAL);
        }
    }

    /// <param name="bindConsole">True for the container's init: /dev/console becomes this pty.</param>
    public void Terminal(bool bindConsole)
    {
        table.Call("setsid", Setsid);
        var (master, slave) = (table.NewSlot(), table.NewSlot());
        table.Call("open of /dev/pts/ptmx", Openat, AtFdCwd, table.Text("/dev/pts/ptmx"), Flags, save: master);
        Verify(master);
        table.Call("unlock of the pty", SyscallNumbers.Ioctl, master, TIOCSPTLCK, table.Zeroed(4));
        table.Call("open of the pty's peer", SyscallNumbers.Ioctl, master, TIOCGPTPEER, Flags, save: slave);
        table.Call("owner of the pty", Fchown, slave, process.User.Uid, 5);
        if (process.ConsoleSize is { Width: > 0, Height: > 0 } size)
        {
            var window = table.Bytes([.. BitConverter.GetBytes((ushort)size.Height), .. BitConverter.GetBytes((ushort)size.Width), 0, 0, 0, 0]);
            table.Call("size of the pty", SyscallNumbers.Ioctl, master, TIOCSWINSZ, window);
        }
        if (bindConsole)
            Console(slave);
        Send(master);
        table.Call("controlling terminal", SyscallNumbers.Ioctl, slave, TIOCSCTTY, 0);
        Duplicate(slave, slave, slave);
    }

    private static bool IsPipe(int fd) => At.statx(fd, [0], EmptyPath, out var status) == 0 && status.Type is At.S_IFIFO or At.S_IFSOCK;

    private void Duplicate(Arg stdin, Arg stdout, Arg stderr)
    {
        ReadOnlySpan<(string Name, Arg From)> all = [("stdin", stdin), ("stdout", stdout), ("stderr", stderr)];
        for (var target = 0; target < all.Length; target++)
        {
            // dup3 refuses a dup onto itself; the foreground commands hand down their own 0, 1 and 2.
            if (all[target].From != target)
                table.Call($"dup of {all[target].Name}", Dup3, all[target].From, target, 0);
        }
    }

    private void Verify(Slot master)
    {
        var fileSystem = table.Zeroed(128);
        table.Call("fstatfs of ptmx", Fstatfs, master, fileSystem);
        table.Check32("check that /dev/pts is a devpts", fileSystem, DevptsMagic, Errno.EXDEV);
        // struct statx: stx_rdev_major at 128, stx_rdev_minor at 132. ptmx is 5:2 (Documentation/admin-guide/devices.txt).
        var status = table.Zeroed(256);
        table.Call("statx of ptmx", SyscallNumbers.Statx, master, table.Text(""), EmptyPath, 0x7ff, status);
        table.Check32("check of the device of ptmx", status + 128, 5, Errno.EXDEV);
        table.Check32("check of the device of ptmx", status + 132, 2, Errno.EXDEV);
    }

    private void Console(Slot slave)
    {
        var (file, tree) = (table.NewSlot(), table.NewSlot());
        table.Call("creation of /dev/console", Openat, AtFdCwd, table.Text("/dev/console"), 0x40 | 0x80000 | Fcntl.O_NOFOLLOW, 0x180, save: file, ignore: Errno.EEXIST);
        table.Call("clone of the pty's mount", OpenTree, slave, table.Text(""), 1 | EmptyPath | 0x80000, save: tree);
        table.Call("mount of /dev/console", MoveMount, tree, table.Text(""), AtFdCwd, table.Text("/dev/console"), 4);
    }

    private void Send(Slot master)
    {
        var payload = table.Bytes([(byte)'M']);
        var vector = (SocketNative.iovec*)table.Zeroed(sizeof(SocketNative.iovec));
        vector->iov_base = (void*)payload;
        vector->iov_len = 1;
        var control = table.Zeroed(sizeof(SocketNative.cmsghdr) + 8);
        *(SocketNative.cmsghdr*)control = new SocketNative.cmsghdr { cmsg_len = (nuint)(sizeof(SocketNative.cmsghdr) + 4), cmsg_level = SocketNative.SOL_SOCKET, cmsg_type = SocketNative.SCM_RIGHTS };
        var message = (SocketNative.msghdr*)table.Zeroed(sizeof(SocketNative.msghdr));
        message->msg_iov = vector;
        message->msg_iovlen = 1;
        message->msg_control = (void*)control;
        message->msg_controllen = (nuint)(sizeof(SocketNative.cmsghdr) + 8);
        table.Store32(control + sizeof(SocketNative.cmsghdr), master);
        table.Call("handing over of the pty", Sendmsg, controlFd, (nint)message, SocketNative.MSG_NOSIGNAL);
    }
}
