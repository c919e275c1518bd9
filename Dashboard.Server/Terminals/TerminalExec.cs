using System.Globalization;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Dashboard.Server.Terminals;

/// <summary>
/// A shell with a terminal in a container, over the Docker API alone, so that any engine will do.
/// <code>
///   us                                      engine                      container
///   POST /containers/ID/exec  Tty        →
///   POST /exec/EXEC/start     Upgrade    →                            → sh -c 'echo MARK $$; exec bash, or ash, or sh'
///                                        ← MARK 42                    ← its pid there, then the shell in its place
///   POST /exec/EXEC/resize               →                            → SIGWINCH
///   keys                                 →                            →
///                                        ← output                     ←
///   (hang up) a second exec              →                            → kill -s HUP 42
///                                        ← end of the stream          ← the kernel hangs up what ran in the foreground
/// </code>
/// Docker leaves the process of a terminal alone when its client goes (moby#9098), and the API has no kill for execs: hence
/// the pid. It is a number of the container's own, used in that container, as the same user.
/// </summary>
internal sealed class TerminalExec : IDisposable
{
    private const string Mark = "dashboard-terminal ";
    private const string AnyShell = $"echo \"{Mark}$$\"; for shell in bash ash; do command -v $shell >/dev/null 2>&1 && exec $shell; done; exec sh";
    private const string ThisShell = $"echo \"{Mark}$$\"; exec \"$0\"";
    private const string SendSignal = "kill -s \"$0\" \"$1\"";

    private const int LongestGreeting = 8 * 1024;

    // A shell that was hung up ends at once; one that ignores it is killed.
    private static readonly TimeSpan s_hangUpLimit = TimeSpan.FromSeconds(3);

    // The processes of a container die a moment before the engine says that the container has.
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(2);

    private readonly IDockerClient docker;
    private readonly TerminalRequest request;
    private readonly string id;
    private readonly MultiplexedStream stream;
    private ReadOnlyMemory<byte> pending;
    private string pid = "";

    private TerminalExec(IDockerClient docker, TerminalRequest request, string id, MultiplexedStream stream)
    {
        this.docker = docker;
        this.request = request;
        this.id = id;
        this.stream = stream;
    }

    /// <summary>Makes the exec and waits until a shell is there.</summary>
    /// <exception cref="TerminalException">There is no such container, it does not run, or it has no shell.</exception>
    public static async Task<TerminalExec> StartAsync(IDockerClient docker, TerminalRequest request, CancellationToken cancellationToken)
    {
        string[] command = request.Shell is { } shell ? [shell, "-c", ThisShell, shell] : ["sh", "-c", AnyShell];
        var created = await docker.Exec.CreateContainerExecAsync(
            request.Container,
            new ContainerExecCreateParameters { AttachStdin = true, AttachStdout = true, AttachStderr = true, TTY = true, User = request.User ?? "", Env = ["TERM=xterm-256color"], Cmd = command },
            cancellationToken);
        var stream = await docker.Exec.StartContainerExecAsync(created.ID, new ContainerExecStartParameters { TTY = true }, cancellationToken);
        var exec = new TerminalExec(docker, request, created.ID, stream);
        try
        {
            await exec.GreetAsync(cancellationToken);
            await exec.ResizeAsync(request.Columns, request.Rows, cancellationToken);
            return exec;
        }
        catch
        {
            exec.Dispose();
            throw;
        }
    }

    /// <returns>How many bytes; 0 when the shell has ended.</returns>
    public async Task<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        if (pending.IsEmpty)
            return (await stream.ReadOutputAsync(buffer, 0, buffer.Length, cancellationToken)).Count;
        var count = Math.Min(pending.Length, buffer.Length);
        pending[..count].CopyTo(buffer);
        pending = pending[count..];
        return count;
    }

    public Task WriteAsync(byte[] buffer, int count, CancellationToken cancellationToken) => stream.WriteAsync(buffer, 0, count, cancellationToken);

    public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken) =>
        docker.Exec.ResizeExecTtyAsync(id, new ContainerResizeParameters { Width = columns, Height = rows }, cancellationToken);

    /// <summary>After the end of the stream: the code, and whether the container has gone with the shell.</summary>
    public async Task<TerminalEnd> EndAsync(CancellationToken cancellationToken)
    {
        var code = (await docker.Exec.InspectContainerExecAsync(id, cancellationToken)).ExitCode;
        return new TerminalEnd { Exit = code, Stopped = await IsContainerGoneAsync(code, cancellationToken) ? true : null };
    }

    /// <summary>Ends the shell as a line that is hung up does. When this returns the shell has gone, or the engine would not let it.</summary>
    public async Task HangUpAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (string[])["HUP", "KILL"])
        {
            if (!await SignalAsync(signal, cancellationToken) || await HasEndedAsync(cancellationToken))
                return;
        }
    }

    public void Dispose() => stream.Dispose();

    private async Task GreetAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestGreeting];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadOutputAsync(buffer, length, buffer.Length - length, cancellationToken);
            if (read.EOF)
                throw await NoShellAsync(buffer.AsMemory(0, length), cancellationToken);
            length += read.Count;
            if (TakeMark(buffer.AsSpan(0, length), out var rest))
            {
                pending = buffer.AsMemory(rest, length - rest);
                return;
            }
        }
        throw new TerminalException(TerminalEnd.Failed(TerminalEnd.NoShell, "sh does not answer as a shell does."));
    }

    // A shell may complain (of a locale, of a missing profile) before it runs its script.
    private bool TakeMark(ReadOnlySpan<byte> output, out int rest)
    {
        rest = 0;
        var mark = Encoding.ASCII.GetBytes(Mark);
        var start = output.IndexOf(mark);
        if (start < 0)
            return false;
        start += mark.Length;
        var line = output[start..].IndexOf((byte)'\n');
        if (line < 0 || !uint.TryParse(Encoding.ASCII.GetString(output.Slice(start, line)).Trim(), CultureInfo.InvariantCulture, out var number))
            return false;
        pid = number.ToString(CultureInfo.InvariantCulture);
        rest = start + line + 1;
        return true;
    }

    // The engine writes why it could not start a program where its output would have been, as a shell's 126 and 127.
    private async Task<TerminalException> NoShellAsync(ReadOnlyMemory<byte> said, CancellationToken cancellationToken)
    {
        var code = (await docker.Exec.InspectContainerExecAsync(id, cancellationToken)).ExitCode;
        var text = Encoding.UTF8.GetString(said.Span).Trim();
        return new TerminalException(TerminalEnd.Failed(code is 126 or 127 ? TerminalEnd.NoShell : TerminalEnd.Engine, text.Length > 0 ? text : $"The shell ended with code {code}."));
    }

    private async Task<bool> IsContainerGoneAsync(long? code, CancellationToken cancellationToken)
    {
        try
        {
            if ((await docker.Containers.InspectContainerAsync(request.Container, cancellationToken)).State is not { Running: true })
                return true;
            if (code is not 137)
                return false;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_stopLimit);
            await docker.Containers.WaitContainerAsync(request.Container, limit.Token);
            return true;
        }
        catch (DockerApiException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <returns>False when there is nothing to signal.</returns>
    private async Task<bool> SignalAsync(string signal, CancellationToken cancellationToken)
    {
        // A pid is reused one day; it is this shell's only as long as the exec runs.
        if (!(await docker.Exec.InspectContainerExecAsync(id, cancellationToken)).Running)
            return false;
        var created = await docker.Exec.CreateContainerExecAsync(
            request.Container,
            new ContainerExecCreateParameters { AttachStdout = true, AttachStderr = true, User = request.User ?? "", Cmd = [request.Shell ?? "sh", "-c", SendSignal, signal, pid] },
            cancellationToken);
        using var output = await docker.Exec.StartContainerExecAsync(created.ID, new ContainerExecStartParameters(), cancellationToken);
        await output.ReadOutputToEndAsync(cancellationToken);
        return true;
    }

    private async Task<bool> HasEndedAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_hangUpLimit);
        try
        {
            while (!(await stream.ReadOutputAsync(buffer, 0, buffer.Length, limit.Token)).EOF)
            {
            }
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
