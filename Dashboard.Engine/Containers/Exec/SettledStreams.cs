using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Exec;

/// <summary>Ends only when the exit is known and saved: a client that saw the end of output asks for the exit code next.</summary>
internal sealed class SettledStreams(TaskStreams inner, Task settled) : TaskStreams
{
    public override async ValueTask<(OutputStream Stream, int Count)> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var piece = await inner.ReadAsync(buffer, cancellationToken);
        if (piece.Count == 0)
            await settled.WaitAsync(cancellationToken);
        return piece;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => inner.WriteAsync(data, cancellationToken);
    public override ValueTask CloseInputAsync(CancellationToken cancellationToken) => inner.CloseInputAsync(cancellationToken);
    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
