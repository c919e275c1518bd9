using Dashboard.Linux;
using Dashboard.Oci.Shim;

namespace Dashboard.Runtime.Shim;

/// <summary>
/// One stream of a process, from its pipe or pty to the log and the attached connections. When a connection is full the
/// pump stops reading until it drains: the process waits, as it does in dockerd; a connection that goes releases it.
/// </summary>
internal sealed unsafe class OutputPump(EventLoop loop, int fd, ShimFrame kind, LogFile? log, List<Connection> listeners, Action ended) : IWatched
{
    private const int Piece = 64 << 10;
    private static readonly byte[] Buffer = new byte[Piece];
    private bool open = true;

    public int Fd { get; } = fd;

    public void Open()
    {
        _ = Fcntl.fcntl(Fd, Fcntl.F_SETFL, Fcntl.O_NONBLOCK);
        Rewatch();
    }

    public void Rewatch()
    {
        if (!open)
            return;
        // Not watched at all while it waits: of a pipe whose writer has gone epoll would tell the hang-up without end.
        if (listeners.Exists(listener => listener.IsFull))
            loop.Forget(this);
        else
            loop.Watch(this, Epoll.EPOLLIN);
    }

    public void Ready(uint events)
    {
        if (!listeners.Exists(listener => listener.IsFull))
            ReadOnce();
        Rewatch();
    }

    /// <summary>Everything that is there now; what a surviving grandchild might still write is not waited for.</summary>
    public void DrainAndClose()
    {
        while (open && ReadOnce())
        {
        }
        Close();
    }

    private bool ReadOnce()
    {
        nint count;
        fixed (byte* data = Buffer)
            count = Unistd.read(Fd, data, Piece);
        if (count > 0)
        {
            var bytes = Buffer.AsSpan(0, (int)count);
            log?.Append(kind == ShimFrame.Stdout ? 0 : 1, bytes);
            for (var i = listeners.Count - 1; i >= 0; i--)
                listeners[i].Send(kind, bytes);
            return true;
        }
        if (count < 0 && Errno.Last is Errno.EAGAIN or Errno.EINTR)
            return false;
        // 0 is the end of a pipe; EIO is the end of a pty, when nobody has the slave open.
        Close();
        return false;
    }

    private void Close()
    {
        if (!open)
            return;
        open = false;
        loop.Forget(this);
        Unistd.close(Fd);
        ended();
    }
}
