using Dashboard.Linux;

namespace Dashboard.Runtime.Shim;

/// <summary>Waits for a child by its pidfd (pidfd_open(2): readable when the process has ended) and reaps it.</summary>
internal sealed unsafe class ProcessWatch(EventLoop loop, int pidFd, Action<int> exited) : IWatched
{
    public int Fd { get; } = pidFd;

    public void Open() => loop.Watch(this, Epoll.EPOLLIN);

    public void Ready(uint events)
    {
        Pidfd.ChildInfo info;
        var result = Pidfd.waitid(Pidfd.P_PIDFD, Fd, &info, Pidfd.WEXITED | Pidfd.WNOHANG);
        if (result == 0 && info.Pid == 0)
            return;
        loop.Forget(this);
        Unistd.close(Fd);
        exited(info.Code == Pidfd.CLD_EXITED ? info.Status : 128 + info.Status);
    }
}
