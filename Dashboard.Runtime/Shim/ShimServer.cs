using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Dashboard.Linux;
using Dashboard.Oci;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Oci.Shim;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Shim;

/// <summary>Answers the connections of servers and follows the container to its end, and beyond: the record waits for a Delete.</summary>
internal sealed class ShimServer : IWatched
{
    private readonly EventLoop loop;
    private readonly Spec spec;
    private readonly ShimSpec shim;
    private readonly InitProcess init;
    private readonly ProcessStdio stdio;
    private readonly LogFile? log;
    private readonly List<HeldPort> ports;
    private readonly List<Connection> connections = [];
    private readonly ShimCgroup home;
    private readonly EarlyInput early = new();
    private ShimExit? exit;
    private bool started;

    public ShimServer(EventLoop loop, Spec spec, ShimSpec shim, InitProcess init, ProcessStdio stdio, LogFile? log, List<HeldPort> ports, int listener)
    {
        home = new ShimCgroup(Launcher.Layout, shim.ShimCgroup);
        (this.loop, this.spec, this.shim, this.init, this.stdio, this.log, this.ports, Fd) = (loop, spec, shim, init, stdio, log, ports, listener);
    }

    public int Fd { get; }

    public void Run()
    {
        loop.Watch(this, Epoll.EPOLLIN);
        loop.Run();
    }

    public unsafe void Ready(uint events)
    {
        int fd;
        while ((fd = SocketNative.accept4(Fd, null, null, SocketNative.SOCK_CLOEXEC | SocketNative.SOCK_NONBLOCK)) >= 0)
        {
            var connection = new Connection(loop, fd, Received, Closed);
            connections.Add(connection);
            connection.Open();
        }
    }

    private void Closed(Connection connection)
    {
        connections.Remove(connection);
        if (connection.Role is ExecSession exec)
            exec.Disconnected();
        else if (connection.Role is AttachRole attach)
            Detach(connection, attach);
    }

    private sealed record AttachRole(bool Stdin);

    private void Detach(Connection connection, AttachRole attach)
    {
        stdio.Leave(connection);
        if (attach.Stdin && shim.StdinOnce && !spec.Process.Terminal)
            EndInput();
    }

    private void EndInput()
    {
        if (stdio.Input is { } input)
            input.End();
    }

    private void Received(Connection connection, ShimFrame kind, ReadOnlyMemory<byte> payload)
    {
        try
        {
            Handle(connection, kind, payload.Span);
        }
        catch (Exception error) when (error is LaunchException or IOException or JsonException)
        {
            Refuse(connection, error.Message, error is LaunchException launch ? launch.ExitCode : 128);
        }
    }

    private void Handle(Connection connection, ShimFrame kind, ReadOnlySpan<byte> payload)
    {
        if (connection.Role is ExecSession exec)
        {
            exec.Received(kind, payload);
            return;
        }
        if (connection.Role is AttachRole attach)
        {
            Input(connection, attach, kind, payload);
            return;
        }
        switch (kind)
        {
            case ShimFrame.Hello:
                Span<byte> version = stackalloc byte[4];
                BinaryPrimitives.WriteUInt32LittleEndian(version, ShimProtocol.Version);
                connection.Send(ShimFrame.Hello, version);
                if (exit is not null)
                    Announce(connection);
                break;
            case ShimFrame.Start:
                Start(connection);
                break;
            case ShimFrame.Signal:
                Signal(connection, BinaryPrimitives.ReadInt32LittleEndian(Needs(kind, payload, 4)));
                break;
            case ShimFrame.KillAll:
                init.Cgroup?.Kill();
                Accept(connection);
                break;
            case ShimFrame.Freeze:
                init.Cgroup?.Freeze(Needs(kind, payload, 1)[0] != 0);
                Accept(connection);
                break;
            case ShimFrame.Update:
                init.Cgroup?.Update(JsonSerializer.Deserialize(payload, OciJson.Default.Resources) ?? throw new LaunchException("frame Update has no resources"));
                Accept(connection);
                break;
            case ShimFrame.Resize:
                Needs(kind, payload, 4);
                stdio.Resize(BinaryPrimitives.ReadUInt16LittleEndian(payload), BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]));
                Accept(connection);
                break;
            case ShimFrame.Pids:
                Accept(connection, Encoding.UTF8.GetBytes(string.Join(' ', init.Cgroup?.Pids() ?? [init.Pid])));
                break;
            case ShimFrame.HeldSockets:
                connection.SendDescriptors([.. ports.Select(port => port.Fd)]);
                break;
            case ShimFrame.Attach:
                connection.Role = new AttachRole((Needs(kind, payload, 1)[0] & 1) != 0);
                Accept(connection);
                stdio.Listen(connection);
                if (exit is not null)
                    connection.Send(ShimFrame.OutputEnd, []);
                break;
            case ShimFrame.Exec:
                if (!started || exit is not null)
                    throw new LaunchException("the container is not running");
                var request = JsonSerializer.Deserialize(payload, OciJson.Default.ShimExec) is { ExecId: not null, Process: not null } asked ? asked : throw new LaunchException("frame Exec has no process");
                connection.Role = ExecSession.Start(loop, request, connection, spec, init.Pid, ".");
                break;
            case ShimFrame.Delete:
                Delete(connection);
                break;
            default:
                throw new LaunchException($"frame {(byte)kind} is not known to this shim (protocol {ShimProtocol.Version})");
        }
    }

    private void Input(Connection connection, AttachRole attach, ShimFrame kind, ReadOnlySpan<byte> payload)
    {
        if (!attach.Stdin)
            return;
        if (kind == ShimFrame.Input)
        {
            if (stdio.Input is { } input)
                input.Write(connection, payload);
            else
                early.Write(connection, payload);
        }
        else if (kind == ShimFrame.InputEnd && shim.StdinOnce && !spec.Process.Terminal)
        {
            EndInput();
            early.End();
        }
    }

    private void Start(Connection connection)
    {
        if (started)
            throw new LaunchException("the container was started before");
        init.Start(out var master);
        started = true;
        stdio.Open(master);
        // Not earlier: a child that fails before its program runs has something to say, which Start reads.
        new ProcessWatch(loop, init.PidFd, Exited).Open();
        if (early.Release(stdio.Input))
            EndInput();
        Accept(connection);
        // A second later nobody waits for it.
        loop.Later(1000, Settle);
    }

    private void Settle()
    {
        home.Enter();
        // What the launch needed is garbage now, and there may be hundreds of shims.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private void Signal(Connection connection, int signal)
    {
        if (exit is not null || Pidfd.pidfd_send_signal(init.PidFd, signal) != 0)
            throw new LaunchException("the container is not running");
        Accept(connection);
    }

    private void Exited(int code)
    {
        // With its own pid namespace all others died with init; otherwise they are killed now.
        init.Cgroup?.Kill();
        stdio.Drain();
        log?.Finish();
        exit = new ShimExit { ExitCode = code, ExitedAtNano = Record.NowNano(), OomKilled = init.Cgroup?.OomKills() > 0, LogBytesDropped = log?.DroppedBytes ?? 0 };
        RecordExit(exit);
        foreach (var port in ports)
            Unistd.close(port.Fd);
        ports.Clear();
        _ = MountNative.umount2("rootfs", MountNative.MNT_DETACH);
        init.Cgroup?.Remove();
        foreach (var connection in connections.ToArray())
        {
            if (connection.Role is AttachRole)
                connection.Send(ShimFrame.OutputEnd, []);
            else if (connection.Role is null)
                Announce(connection);
        }
    }

    // Its room was taken at the start. Where it fails all the same this process is the record, and tells it to every server that asks.
    private static void RecordExit(ShimExit exit)
    {
        try
        {
            Record.Write(ShimProtocol.ExitName, JsonSerializer.SerializeToUtf8Bytes(exit, OciJson.Default.ShimExit));
        }
        catch (IOException)
        {
        }
    }

    private void Announce(Connection connection) =>
        connection.Send(ShimFrame.Exit, JsonSerializer.SerializeToUtf8Bytes(exit!, OciJson.Default.ShimExit));

    private void Delete(Connection connection)
    {
        if (exit is null)
        {
            init.Cgroup?.Kill();
            if (!started)
                init.Abort();
            init.Cgroup?.Remove();
        }
        Accept(connection);
        loop.Stop();
    }

    // A short frame of another server's making must not take the shim, and with it the container, down.
    private static ReadOnlySpan<byte> Needs(ShimFrame kind, ReadOnlySpan<byte> payload, int bytes) =>
        payload.Length >= bytes ? payload : throw new LaunchException($"frame {kind} needs {bytes} bytes, got {payload.Length}");

    private static void Accept(Connection connection, ReadOnlySpan<byte> data = default) =>
        connection.Send(ShimFrame.Reply, [0, .. data]);

    /// <summary>Reply: u8 1, u8 exit code that the failure means, text.</summary>
    private static void Refuse(Connection connection, string message, int exitCode) =>
        connection.Send(ShimFrame.Reply, [1, (byte)exitCode, .. Encoding.UTF8.GetBytes(message)]);
}
