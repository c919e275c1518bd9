using Dashboard.Linux;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Commands;

/// <summary>
/// <c>dashboard-runtime stress-clone N</c>: clones a child N times while other threads allocate and collect, which a shim
/// never does. It shows that nothing in the child's path waits for a collector that is not there; it leans on generated
/// code, so it must be asked of the very binary that ships.
/// </summary>
internal static unsafe class CloneStress
{
    private const int Threads = 4;
    private static volatile bool done;

    public static int Run(int count)
    {
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(Allocate) { IsBackground = true }).ToArray();
        foreach (var thread in threads)
            thread.Start();
        var failures = 0;
        for (var i = 0; i < count; i++)
            failures += One() ? 0 : 1;
        done = true;
        foreach (var thread in threads)
            thread.Join();
        return failures == 0 ? 0 : throw new LaunchException($"{failures} of {count} cloned children did not come to their end");
    }

    private static bool One()
    {
        using var call = new CloneCall();
        call.Table.Call("close of the parent's end", SyscallNumbers.Close, call.ParentFd);
        call.ResetSignals();
        call.Isolate();
        call.Wait("wait for the parent");
        for (var i = 0; i < 40; i++)
            call.Table.Call("getpid", SyscallNumbers.Getpid);
        call.CloseOthers();
        call.Table.Call("end", SyscallNumbers.ExitGroup, 0);
        var (_, pidFd) = call.Clone(0, -1);
        call.Send(CloneCall.Go);
        var poll = new Poll.pollfd { fd = pidFd, events = 1 };
        int ready;
        while ((ready = Poll.poll(&poll, 1, 5000)) < 0 && Errno.Last == Errno.EINTR)
        {
        }
        if (ready != 1)
            _ = Pidfd.pidfd_send_signal(pidFd, Signal.SIGKILL);
        Pidfd.ChildInfo info;
        while (Pidfd.waitid(Pidfd.P_PIDFD, pidFd, &info, Pidfd.WEXITED) != 0 && Errno.Last == Errno.EINTR)
        {
        }
        Unistd.close(pidFd);
        return ready == 1 && info.Code == Pidfd.CLD_EXITED && info.Status == 0;
    }

    private static void Allocate()
    {
        var kept = new byte[64][];
        for (var i = 0; !done; i++)
        {
            kept[i % kept.Length] = new byte[100 + i % 4000];
            if (i % 5000 == 0)
                GC.Collect(i / 5000 % 3);
        }
        GC.KeepAlive(kept);
    }
}
