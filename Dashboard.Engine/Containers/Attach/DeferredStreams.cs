using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Attach;

/// <summary>
/// Streams handed out before the container has a task. Reads and writes wait until the start connects them, which it does
/// before the program is released, so that no output is missed. Without a start they end.
/// </summary>
internal sealed class DeferredStreams(bool stdin, bool stdout, bool stderr, Action<DeferredStreams> forget) : TaskStreams
{
    private readonly TaskCompletionSource<TaskStreams?> inner = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task ConnectAsync(IContainerTask task)
    {
        var streams = await task.AttachAsync(stdin, stdout, stderr, CancellationToken.None);
        if (!inner.TrySetResult(streams))
            await streams.DisposeAsync();
    }

    public void End() => inner.TrySetResult(null);

    public override async ValueTask<(OutputStream Stream, int Count)> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        await inner.Task.WaitAsync(cancellationToken) is { } streams
            ? await streams.ReadAsync(buffer, cancellationToken)
            : (OutputStream.Stdout, 0);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var streams = await inner.Task.WaitAsync(cancellationToken) ?? throw new IOException("the container did not start");
        await streams.WriteAsync(data, cancellationToken);
    }

    public override async ValueTask CloseInputAsync(CancellationToken cancellationToken)
    {
        if (await inner.Task.WaitAsync(cancellationToken) is { } streams)
            await streams.CloseInputAsync(cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        forget(this);
        inner.TrySetResult(null);
        if (await inner.Task is { } streams)
            await streams.DisposeAsync();
    }
}
