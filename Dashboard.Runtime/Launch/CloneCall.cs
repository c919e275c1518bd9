using System.Runtime.InteropServices;
using Dashboard.Linux;

namespace Dashboard.Runtime.Launch;

/// <summary>
/// One clone3 with its table, and the control socket between parent and child:
/// <code>
///   parent                         child
///     clone3 ------------------------&gt; reset signals, cgroups
///     id maps
///     'G' (go) ----------------------&gt; mounts, pty
///     &lt;---------------- 'M' + master fd (only with a terminal)
///     network, then 'S' (start) -----&gt; sysctls, masks, limits, ids, filter
///     &lt;---------------- end of file: execve succeeded
///     &lt;---------------- {operation, errno}: it did not
/// </code>
/// SOCK_SEQPACKET keeps the messages apart.
/// </summary>
internal sealed unsafe class CloneCall : IDisposable
{
    public const byte Go = (byte)'G', Start = (byte)'S';

    // exit_signal, then flags of clone3(2).
    private const ulong ClonePidFd = 0x1000, CloneIntoCgroup = 0x200000000;
    private const int SIGCHLD = 17;

    private static readonly nint SyscallAddress = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "syscall");
    private static readonly nint ErrnoLocation = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "__errno_location");

    private readonly OpTable table;

    public CloneCall()
    {
        table = new OpTable();
        var pair = stackalloc int[2];
        if (SocketPair.socketpair(SocketNative.AF_UNIX, 5 | SocketNative.SOCK_CLOEXEC, 0, pair) != 0)
            throw new LaunchException($"socketpair: {Errno.Text(Errno.Last)}");
        (ParentFd, ChildFd) = (pair[0], pair[1]);
    }

    public OpTable Table => table;
    public int ParentFd { get; private set; }
    public int ChildFd { get; private set; }

    public void ResetSignals()
    {
        // Including SIGPIPE, which .NET ignores and execve would keep ignored. EINVAL: SIGKILL, SIGSTOP and libc's own.
        var action = table.Zeroed(64);
        for (var signal = 1; signal <= 64; signal++)
            table.Call("reset of a signal", SyscallNumbers.RtSigaction, signal, action, 0, 8, ignore: Errno.EINVAL);
        UnblockSignals();
    }

    /// <summary>
    /// Not dumpable: a process of the container must not look into this copy of the runtime between the drop of
    /// capabilities and execve, which makes it dumpable again (CVE-2016-9962). And a session keyring of its own.
    /// </summary>
    public void Isolate()
    {
        table.Call("not dumpable", SyscallNumbers.Prctl, 4, 0);
        // ENOSYS: no keyrings. EPERM: an outer filter refuses keyctl, and so nobody inside reaches a keyring either.
        table.Call("session keyring", SyscallNumbers.Keyctl, 1, 0, ignore: Errno.ENOSYS, ignore2: Errno.EPERM);
    }

    /// <summary>
    /// Closes everything but stdio and the control socket. Marking is not enough: until execve a path such as
    /// /proc/self/fd/8, given as working directory, would lead through a descriptor of the host (CVE-2024-21626).
    /// </summary>
    public void CloseOthers()
    {
        if (ChildFd > 3)
            table.Call("close of descriptors", SyscallNumbers.CloseRange, 3, ChildFd - 1, 0);
        table.Call("close of descriptors", SyscallNumbers.CloseRange, ChildFd + 1, unchecked((nint)0xffffffffu), 0);
    }

    public void UnblockSignals() =>
        table.Call("empty signal mask", SyscallNumbers.RtSigprocmask, 2, table.Zeroed(8), 0, 8);

    public void Wait(string name) =>
        table.Call(name, SyscallNumbers.Read, ChildFd, table.Zeroed(8), 8, expect: 1);

    /// <returns>pid and pidfd.</returns>
    public (int Pid, int PidFd) Clone(ulong namespaces, int cgroupFd)
    {
        // struct clone_args, 88 bytes: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup.
        var args = (ulong*)table.Zeroed(88);
        var pidFd = (int*)table.Zeroed(8);
        args[0] = namespaces | ClonePidFd | (cgroupFd >= 0 ? CloneIntoCgroup : 0);
        args[1] = (ulong)pidFd;
        args[4] = SIGCHLD;
        args[10] = cgroupFd >= 0 ? (ulong)cgroupFd : 0;

        var context = (Child.Context*)table.Zeroed(sizeof(Child.Context));
        context->Syscall = (delegate*<nint, nint, nint, nint, nint, nint, nint, nint>)SyscallAddress;
        context->Errno = (int*)((delegate* unmanaged<nint>)ErrnoLocation)();
        context->Ops = table.Materialise();
        context->Count = table.Count;
        context->Slots = (nint*)table.Zeroed(Math.Max(1, table.SlotCount) * sizeof(nint));
        context->ControlFd = ChildFd;
        context->NrWrite = SyscallNumbers.Write;
        context->NrExitGroup = SyscallNumbers.ExitGroup;
        context->NrClone = SyscallNumbers.Clone;
        context->NrWait4 = SyscallNumbers.Wait4;
        context->NrKill = SyscallNumbers.Kill;
        context->NrSigtimedwait = SyscallNumbers.RtSigtimedwait;
        context->NrSigprocmask = SyscallNumbers.RtSigprocmask;
        context->NrPrctl = SyscallNumbers.Prctl;
        context->CloseRange = SyscallNumbers.CloseRange;
        context->AllSignals = (ulong*)table.Zeroed(8);
        *context->AllSignals = ulong.MaxValue;
        context->Scratch = (byte*)table.Zeroed(64);

        var pid = Child.Clone(context, (nint)args, 88);
        if (pid < 0)
            throw new LaunchException($"clone3: {Errno.Text(*context->Errno)}");
        CloseChildEnd();
        return ((int)pid, *pidFd);
    }

    public void Send(byte message)
    {
        if (SocketNative.send(ParentFd, &message, 1, SocketNative.MSG_NOSIGNAL) != 1 && Errno.Last != Errno.EPIPE)
            throw new LaunchException($"the child's control socket: {Errno.Text(Errno.Last)}");
    }

    /// <summary>Waits for execve; returns the pty's master or -1.</summary>
    /// <exception cref="LaunchException">The child reported a failure, or nothing for ten seconds.</exception>
    public int AwaitExec(IReadOnlyList<string> args)
    {
        var master = -1;
        while (true)
        {
            var (length, fd, report) = Receive();
            if (length == 0)
                return master;
            if (fd >= 0)
            {
                master = fd;
                continue;
            }
            if (master >= 0)
                Unistd.close(master);
            throw LaunchFailure.From(table.Name((int)report), (int)(report >> 32), args);
        }
    }

    private (int Length, int Fd, long Report) Receive()
    {
        var poll = new Poll.pollfd { fd = ParentFd, events = 1 };
        int ready;
        while ((ready = Poll.poll(&poll, 1, 10_000)) < 0 && Errno.Last == Errno.EINTR)
        {
        }
        if (ready <= 0)
            throw new LaunchException("the container's child did not answer within 10 seconds");
        long report = 0;
        var vector = new SocketNative.iovec { iov_base = &report, iov_len = 8 };
        var control = stackalloc byte[24];
        var message = new SocketNative.msghdr { msg_iov = &vector, msg_iovlen = 1, msg_control = control, msg_controllen = 24 };
        var length = (int)SocketNative.recvmsg(ParentFd, &message, SocketNative.MSG_CMSG_CLOEXEC);
        if (length < 0)
            throw new LaunchException($"the child's control socket: {Errno.Text(Errno.Last)}");
        var fd = message.msg_controllen >= 20 && ((SocketNative.cmsghdr*)control)->cmsg_type == SocketNative.SCM_RIGHTS ? *(int*)(control + 16) : -1;
        return (length, fd, report);
    }

    private void CloseChildEnd()
    {
        Unistd.close(ChildFd);
        ChildFd = -1;
    }

    public void Dispose()
    {
        if (ChildFd >= 0)
            CloseChildEnd();
        if (ParentFd >= 0)
            Unistd.close(ParentFd);
        ParentFd = -1;
        table.Dispose();
    }
}
