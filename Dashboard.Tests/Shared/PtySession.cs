using System.Diagnostics;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Tests.Shared;

/// <summary>
/// A program on a terminal of its own: a new session whose controlling terminal is the slave of a pty that the test holds.
/// `setsid --ctty` makes the session in the child, since a .NET process cannot fork; it execs, so the exit code is the program's.
/// </summary>
internal sealed class PtySession : IAsyncDisposable
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(20);
    private readonly SafeFileHandle _master;
    private readonly FileStream _stream;
    private readonly Process _process;
    private readonly CollectedOutput _output;
    private int _seen;

    public PtySession(Command command, int rows = 24, int columns = 80)
    {
        _master = PtyNative.OpenMaster(out var slave);
        PtyNative.Resize(_master, rows, columns);
        _process = StartOn(slave, command);
        // One handle, two directions: reads block in their own thread while the test writes.
        _stream = new FileStream(_master, FileAccess.ReadWrite, bufferSize: 0);
        _output = new CollectedOutput(_stream);
    }

    public string ScreenSoFar => Encoding.UTF8.GetString(_output.Bytes());

    public async Task SendAsync(string text) => await _stream.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>
    /// Drags the window about this size until the program shows the text. A client listens for SIGWINCH only after its start
    /// request was answered, when the program may be running already: a single change before that moment reaches nobody.
    /// </summary>
    public async Task ResizeUntilAsync(int rows, int columns, string text)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            // The kernel signals changes only.
            PtyNative.Resize(_master, rows, columns - 1);
            PtyNative.Resize(_master, rows, columns);
            try
            {
                await ExpectAsync(text, TimeSpan.FromMilliseconds(500));
                return;
            }
            catch (TimeoutException) when (watch.Elapsed < DefaultLimit && !_process.HasExited)
            {
                // Dragged on.
            }
        }
    }

    /// <summary>Waits for a text that comes after everything that was expected before.</summary>
    public async Task<string> ExpectAsync(string text, TimeSpan? limit = null)
    {
        try
        {
            var screen = await _output.ExpectAsync(text, limit ?? DefaultLimit, _seen);
            _seen = screen.Length;
            return screen;
        }
        catch (Exception e) when (e is TimeoutException or EndOfStreamException)
        {
            throw new TimeoutException($"{e.Message}\n--- screen\n{ScreenSoFar}");
        }
    }

    public async Task<int> WaitAsync(TimeSpan? limit = null)
    {
        using var expiry = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        expiry.CancelAfter(limit ?? DefaultLimit);
        try
        {
            await _process.WaitForExitAsync(expiry.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"still running\n--- screen\n{ScreenSoFar}");
        }
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        // The last slave is closed now: the reader gets EIO and ends before the master goes.
        await _output.Ended;
        await _stream.DisposeAsync();
        _process.Dispose();
    }

    private static Process StartOn(string slave, Command command)
    {
        var start = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", $"exec setsid --ctty \"$@\" <{slave} >{slave} 2>{slave}", "sh" } };
        foreach (var argument in command.Argv) start.ArgumentList.Add(argument);
        foreach (var (name, value) in command.Environment) start.Environment[name] = value;
        start.Environment["TERM"] = "xterm";
        return Process.Start(start)!;
    }
}
