using Dashboard.Linux;

namespace Dashboard.Runtime.Shim;

/// <summary>The writing end of a process's stdin, or its pty: takes what connections send, and lets them wait while the process does not read.</summary>
internal sealed unsafe class InputPipe(EventLoop loop, int fd, bool closeFd) : IWatched
{
    private readonly ByteQueue queue = new();
    private readonly HashSet<Connection> waiting = [];
    private bool ending;
    private bool open = true;

    public int Fd { get; } = fd;

    public bool IsFull => queue.Count > Connection.HighWater;

    public void Open() => _ = Fcntl.fcntl(Fd, Fcntl.F_SETFL, Fcntl.O_NONBLOCK);

    public void Write(Connection from, ReadOnlySpan<byte> data)
    {
        if (!open || ending)
            return;
        queue.Append(data);
        Flush();
        if (IsFull)
        {
            waiting.Add(from);
            from.PauseReading(true);
        }
    }

    /// <summary>End of file for the process, after what is queued.</summary>
    public void End()
    {
        ending = true;
        Flush();
    }

    public void Ready(uint events)
    {
        if ((events & Epoll.EPOLLERR) != 0)
            Close();
        else
            Flush();
    }

    private void Flush()
    {
        while (open && queue.Count > 0)
        {
            nint count;
            fixed (byte* data = queue.Content)
                count = Unistd.write(Fd, data, (nuint)queue.Count);
            if (count > 0)
            {
                queue.Consume((int)count);
                continue;
            }
            if (Errno.Last == Errno.EINTR)
                continue;
            if (Errno.Last == Errno.EAGAIN)
            {
                loop.Watch(this, Epoll.EPOLLOUT);
                return;
            }
            Close();
            return;
        }
        if (!open)
            return;
        loop.Forget(this);
        Resume();
        if (ending)
            Close();
    }

    public void Close()
    {
        if (!open)
            return;
        open = false;
        loop.Forget(this);
        queue.Consume(queue.Count);
        // A pty has one fd for both directions, and its pump owns it.
        if (closeFd)
            Unistd.close(Fd);
        Resume();
    }

    private void Resume()
    {
        foreach (var connection in waiting)
            connection.PauseReading(false);
        waiting.Clear();
    }
}
