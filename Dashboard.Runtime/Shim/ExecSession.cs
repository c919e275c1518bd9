using System.Buffers.Binary;
using System.Text.Json;
using Dashboard.Linux;
using Dashboard.Oci;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Oci.Shim;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Shim;

/// <summary>One exec'd process and the connection that asked for it. It goes on when the connection is lost; its exit is recorded either way.</summary>
internal sealed class ExecSession
{
    private readonly ShimExec request;
    private readonly Connection connection;
    private readonly ProcessStdio stdio;
    private readonly string recordPath;
    private ShimExit? exit;
    private int pidFd = -1;

    private ExecSession(EventLoop loop, ShimExec request, Connection connection, string bundle)
    {
        (this.request, this.connection) = (request, connection);
        recordPath = $"{bundle}/exec/{request.ExecId}.json";
        stdio = new ProcessStdio(loop, request.Process.Terminal, request.Stdin, log: null) { OnEnded = Finish };
    }

    public static ExecSession Start(EventLoop loop, ShimExec request, Connection connection, Spec spec, int initPid, string bundle)
    {
        var session = new ExecSession(loop, request, connection, bundle);
        session.stdio.MakePipes();
        ExecedProcess process;
        try
        {
            process = Launcher.Exec(new ExecRequest { Process = request.Process, ContainerSpec = spec, InitPid = initPid, StdinFd = session.stdio.ChildIn, StdoutFd = session.stdio.ChildOut, StderrFd = session.stdio.ChildErr });
        }
        catch (LaunchException)
        {
            session.stdio.CloseAll();
            throw;
        }
        session.stdio.CloseChildEnds();
        Span<byte> pid = stackalloc byte[5];
        BinaryPrimitives.WriteInt32LittleEndian(pid[1..], process.Pid);
        connection.Send(ShimFrame.Reply, pid);
        if (request.Stdout || request.Stderr)
            session.stdio.Listen(connection);
        session.stdio.Open(process.ConsoleMasterFd);
        session.pidFd = process.PidFd;
        new ProcessWatch(loop, process.PidFd, session.Exited).Open();
        return session;
    }

    public void Received(ShimFrame kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case ShimFrame.Input:
                stdio.Input?.Write(connection, payload);
                break;
            case ShimFrame.InputEnd when !request.Process.Terminal:
                stdio.Input?.End();
                break;
            case ShimFrame.Resize when payload.Length == 4:
                stdio.Resize(BinaryPrimitives.ReadUInt16LittleEndian(payload), BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]));
                break;
            case ShimFrame.Signal when payload.Length == 4 && exit is null:
                _ = Pidfd.pidfd_send_signal(pidFd, BinaryPrimitives.ReadInt32LittleEndian(payload));
                break;
        }
    }

    public void Disconnected()
    {
        stdio.Leave(connection);
        if (!request.Process.Terminal)
            stdio.Input?.End();
    }

    private void Exited(int code)
    {
        exit = new ShimExit { ExitCode = code, ExitedAtNano = Record.NowNano() };
        RecordExit(exit);
        if (stdio.Ended)
            Finish();
        else
            stdio.Drain();
    }

    // The record is for a server that lost its connection; this one still tells it. No space is no reason to end the container's shim.
    private void RecordExit(ShimExit exit)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(recordPath)!);
            Record.Write(recordPath, JsonSerializer.SerializeToUtf8Bytes(exit, OciJson.Default.ShimExit));
        }
        catch (IOException)
        {
        }
    }

    // Called by the end of output and by the exit, whichever is later.
    private void Finish()
    {
        if (exit is null)
            return;
        connection.Send(ShimFrame.OutputEnd, []);
        connection.Send(ShimFrame.Exit, JsonSerializer.SerializeToUtf8Bytes(exit, OciJson.Default.ShimExit));
    }
}
