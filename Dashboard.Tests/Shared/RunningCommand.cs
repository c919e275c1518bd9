using System.Diagnostics;
using System.Text;

namespace Dashboard.Tests.Shared;

/// <summary>A started program whose output is collected as it comes; lines and text in it can be waited for.</summary>
internal sealed class RunningCommand : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _commandLine;
    private readonly CollectedOutput _stdout;
    private readonly CollectedOutput _stderr;
    private bool _disposed;

    public RunningCommand(Process process, string commandLine)
    {
        _process = process;
        _commandLine = commandLine;
        _stdout = new CollectedOutput(process.StandardOutput.BaseStream);
        _stderr = new CollectedOutput(process.StandardError.BaseStream);
    }

    public int Pid => _process.Id;
    public bool HasExited => _disposed || _process.HasExited;
    public Stream Stdin => _process.StandardInput.BaseStream;
    public string StdoutSoFar => Encoding.UTF8.GetString(_stdout.Bytes());
    public string StderrSoFar => Encoding.UTF8.GetString(_stderr.Bytes());

    public async Task SendAsync(string text)
    {
        await Stdin.WriteAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken);
        await Stdin.FlushAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A program may end before it has read everything; then the rest is not wanted.</summary>
    public async Task WriteAllAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await Stdin.WriteAsync(bytes, TestContext.Current.CancellationToken);
            await Stdin.FlushAsync(TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    public async Task CloseStdinAsync()
    {
        try
        {
            await Stdin.DisposeAsync();
        }
        catch (IOException)
        {
            // The reader went first: nothing was left to flush to.
        }
    }

    /// <summary>Waits until the standard output holds the text.</summary>
    public Task<string> ExpectAsync(string text, TimeSpan? limit = null) => ExpectAsync(_stdout, text, limit);

    public Task<string> ExpectErrorAsync(string text, TimeSpan? limit = null) => ExpectAsync(_stderr, text, limit);

    public async Task<CommandResult> WaitAsync(TimeSpan? limit = null)
    {
        using var expiry = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        expiry.CancelAfter(Patience.Of(limit ?? Command.DefaultLimit));
        try
        {
            await _process.WaitForExitAsync(expiry.Token);
            await Task.WhenAll(_stdout.Ended, _stderr.Ended).WaitAsync(expiry.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"killed after {(limit ?? Command.DefaultLimit).TotalSeconds:0} s: {Result(-1)}");
        }
        return Result(_process.ExitCode);
    }

    public void Kill() => _process.Kill(entireProcessTree: true);

    public Task SignalAsync(string signal) => Command.RunAsync("kill", "-" + signal, Pid.ToString());

    public async ValueTask DisposeAsync()
    {
        if (!HasExited) Kill();
        if (_disposed) return;
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        _disposed = true;
    }

    private async Task<string> ExpectAsync(CollectedOutput output, string text, TimeSpan? limit)
    {
        try
        {
            return await output.ExpectAsync(text, limit ?? TimeSpan.FromSeconds(30));
        }
        catch (Exception e) when (e is TimeoutException or EndOfStreamException)
        {
            throw new TimeoutException($"{e.Message} from {Result(_process.HasExited ? _process.ExitCode : -1)}");
        }
    }

    private CommandResult Result(int code) => new(_commandLine, code, _stdout.Bytes(), StderrSoFar);
}
