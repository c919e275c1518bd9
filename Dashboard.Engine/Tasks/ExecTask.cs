using Dashboard.Oci.Shim;

namespace Dashboard.Engine.Tasks;

/// <summary>An exec'd process. Whoever attached reads its output; the exit follows on the same connection.</summary>
internal sealed class ExecTask : IExecTask
{
    private const int SigKill = 9;
    private readonly ShimStreams streams;
    private readonly string record;

    public ExecTask(int pid, ShimStreams streams, bool attached, string record)
    {
        (Pid, this.streams, this.record) = (pid, streams, record);
        Streams = attached ? new ExecStreams(streams) : null;
        Exited = WaitAsync(attached);
    }

    public int Pid { get; }
    public TaskStreams? Streams { get; }
    public Task<TaskExit> Exited { get; }

    public Task ResizeAsync(int rows, int columns, CancellationToken cancellationToken) => streams.ResizeAsync(rows, columns, cancellationToken).AsTask();

    public async Task KillAsync(CancellationToken cancellationToken)
    {
        try
        {
            await streams.SignalAsync(SigKill, cancellationToken);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Its exit was told, and the connection closed.
        }
    }

    private async Task<TaskExit> WaitAsync(bool attached)
    {
        if (!attached)
            await streams.FollowExitAsync();
        var exit = await streams.Exit;
        await streams.DisposeAsync();
        // A connection that was lost: the shim's record has the last word.
        exit ??= ContainerTask.ReadExit(record);
        Forget();
        return exit is null ? new TaskExit { ExitCode = 137, ExitedAt = DateTimeOffset.UtcNow, Lost = true } : TaskExits.From(exit);
    }

    // Nobody else asks for it, and a health check leaves one a second.
    private void Forget()
    {
        try
        {
            File.Delete(record);
        }
        catch (IOException)
        {
            // It goes with the bundle, or went with it.
        }
    }

    public ValueTask DisposeAsync() => streams.DisposeAsync();

    /// <summary>The attached side: at the end of output it goes on to the exit by itself; it never closes the connection, which carries that exit.</summary>
    private sealed class ExecStreams(ShimStreams inner) : TaskStreams
    {
        private int left;

        public override async ValueTask<(OutputStream Stream, int Count)> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            var piece = await inner.ReadAsync(buffer, cancellationToken);
            if (piece.Count == 0)
                Leave();
            return piece;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => inner.WriteAsync(data, cancellationToken);
        public override ValueTask CloseInputAsync(CancellationToken cancellationToken) => inner.CloseInputAsync(cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            if (Leave())
                await CloseQuietlyAsync();
        }

        private async Task CloseQuietlyAsync()
        {
            try
            {
                await inner.CloseInputAsync(CancellationToken.None);
            }
            catch (IOException)
            {
                // The process ended first; its exit is being read.
            }
        }

        private bool Leave()
        {
            if (Interlocked.Exchange(ref left, 1) != 0)
                return false;
            _ = inner.FollowExitAsync();
            return true;
        }
    }
}
