using System.IO.Pipelines;

namespace Dashboard.Server.Terminals;

/// <summary>
/// Keys on their way to a shell. They wait here and not in the socket: behind keys that a program does not read stand the
/// confirmations of its output, and without those it would never come to read. A browser that keeps to the protocol has
/// at most half of the limit on its way.
/// </summary>
internal sealed class TypedInput(TerminalExec exec, Func<int, Task> confirm)
{
    public const int Limit = 128 * 1024;
    private const int ConfirmEvery = 8 * 1024;
    private const int Piece = 16 * 1024;

    // The limit is ours, so the pipe needs none of its own and a write to it never waits.
    private readonly Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 0, useSynchronizationContext: false));
    private int waiting;

    /// <returns>False when the browser has sent more than it may.</returns>
    public async ValueTask<bool> AddAsync(ReadOnlyMemory<byte> typed)
    {
        if (Interlocked.Add(ref waiting, typed.Length) > Limit)
            return false;
        await pipe.Writer.WriteAsync(typed, CancellationToken.None);
        return true;
    }

    /// <summary>Hands the keys to the shell until the token says stop or the shell takes no more.</summary>
    public async Task PumpAsync(CancellationToken stop)
    {
        var buffer = new byte[Piece];
        var unconfirmed = 0;
        try
        {
            while (true)
            {
                var read = await pipe.Reader.ReadAsync(stop);
                var count = (int)Math.Min(read.Buffer.Length, buffer.Length);
                var taken = read.Buffer.Slice(0, count);
                System.Buffers.BuffersExtensions.CopyTo(taken, buffer);
                pipe.Reader.AdvanceTo(taken.End);
                await exec.WriteAsync(buffer, count, stop);
                Interlocked.Add(ref waiting, -count);
                unconfirmed += count;
                if (unconfirmed < ConfirmEvery)
                    continue;
                await confirm(unconfirmed);
                unconfirmed = 0;
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException or System.Net.WebSockets.WebSocketException)
        {
            // The shell or the browser has ended; the output and the socket say so themselves.
        }
    }
}
