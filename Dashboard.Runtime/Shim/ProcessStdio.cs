using Dashboard.Linux;
using Dashboard.Oci.Shim;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Shim;

/// <summary>The pipes between a process and its shim; with a terminal, one pty master instead, known when the program starts.</summary>
internal sealed unsafe class ProcessStdio(EventLoop loop, bool terminal, bool stdin, LogFile? log)
{
    private readonly List<OutputPump> pumps = [];
    private int shimIn = -1, shimOut = -1, shimErr = -1;
    private int open;

    public int ChildIn { get; private set; } = -1;
    public int ChildOut { get; private set; } = -1;
    public int ChildErr { get; private set; } = -1;
    public InputPipe? Input { get; private set; }
    public int MasterFd { get; private set; } = -1;
    public List<Connection> Listeners { get; } = [];
    /// <summary>All output has been read to its end.</summary>
    public bool Ended { get; private set; }
    public Action? OnEnded { get; set; }

    public void MakePipes()
    {
        if (terminal)
            return;
        (ChildIn, shimIn) = stdin ? Pipe() : (Null(), -1);
        (shimOut, ChildOut) = Pipe();
        (shimErr, ChildErr) = Pipe();
        // Fewer wake-ups for a busy writer; refused beyond the user's pipe quota, and then the default has to do.
        _ = Fcntl.fcntl(shimOut, Fcntl.F_SETPIPE_SZ, 1 << 20);
    }

    /// <summary>The child has its copies now.</summary>
    public void CloseChildEnds()
    {
        foreach (var fd in (ReadOnlySpan<int>)[ChildIn, ChildOut, ChildErr])
        {
            if (fd >= 0)
                Unistd.close(fd);
        }
        ChildIn = ChildOut = ChildErr = -1;
    }

    /// <summary>The process never ran: its pipes have no reader and no writer to come.</summary>
    public void CloseAll()
    {
        CloseChildEnds();
        foreach (var fd in (ReadOnlySpan<int>)[shimIn, shimOut, shimErr])
        {
            if (fd >= 0)
                Unistd.close(fd);
        }
        shimIn = shimOut = shimErr = -1;
    }

    /// <summary>Begins to move bytes.</summary>
    public void Open(int masterFd)
    {
        MasterFd = masterFd;
        if (terminal)
        {
            if (stdin)
                Input = new InputPipe(loop, Fcntl.fcntl(masterFd, Fcntl.F_DUPFD_CLOEXEC, 3), closeFd: true);
            Add(masterFd, ShimFrame.Stdout);
        }
        else
        {
            if (stdin)
                Input = new InputPipe(loop, shimIn, closeFd: true);
            Add(shimOut, ShimFrame.Stdout);
            Add(shimErr, ShimFrame.Stderr);
        }
        Input?.Open();
        foreach (var pump in pumps.ToArray())
            pump.Open();
    }

    public void Listen(Connection connection)
    {
        Listeners.Add(connection);
        connection.Drained = Resume;
    }

    public void Leave(Connection connection)
    {
        Listeners.Remove(connection);
        Resume();
    }

    public void Drain()
    {
        foreach (var pump in pumps.ToArray())
            pump.DrainAndClose();
        Input?.Close();
    }

    public int Resize(ushort rows, ushort columns)
    {
        if (MasterFd < 0 || Ended)
            return 0;
        var size = new Ioctl.winsize { ws_row = rows, ws_col = columns };
        return Ioctl.ioctl(MasterFd, Ioctl.TIOCSWINSZ, &size);
    }

    private void Resume()
    {
        foreach (var pump in pumps)
            pump.Rewatch();
    }

    private void Add(int fd, ShimFrame kind)
    {
        open++;
        pumps.Add(new OutputPump(loop, fd, kind, log, Listeners, PumpEnded));
    }

    private void PumpEnded()
    {
        if (--open > 0)
            return;
        Ended = true;
        OnEnded?.Invoke();
    }

    private static (int Read, int Write) Pipe()
    {
        var fds = stackalloc int[2];
        if (Unistd.pipe2(fds, Fcntl.O_CLOEXEC) != 0)
            throw new LaunchException($"pipe: {Errno.Text(Errno.Last)}");
        return (fds[0], fds[1]);
    }

    private static int Null() => Fcntl.open("/dev/null", Fcntl.O_RDWR | Fcntl.O_CLOEXEC, 0);
}
