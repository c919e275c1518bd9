using System.Text.Json;
using Dashboard.Oci;
using Dashboard.Oci.Shim;

namespace Dashboard.Engine.Tasks;

/// <summary>The control connection of one task: requests are answered in order, the exit is pushed.</summary>
internal sealed class ControlChannel : IAsyncDisposable
{
    private readonly ShimConnection connection;
    private readonly Queue<TaskCompletionSource<byte[]>> waiting = [];
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly TaskCompletionSource<ShimExit?> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task reader;

    public ControlChannel(ShimConnection connection)
    {
        this.connection = connection;
        reader = ReadAsync();
    }

    /// <summary>The exit, or null when the shim went without one.</summary>
    public Task<ShimExit?> Ended => ended.Task;

    public async Task<byte[]> RequestAsync(ShimFrame kind, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await sending.WaitAsync(cancellationToken);
        try
        {
            lock (waiting)
                waiting.Enqueue(answer);
            // Not cancellable: half a frame would break the conversation.
            await connection.SendAsync(kind, payload, CancellationToken.None);
        }
        finally
        {
            sending.Release();
        }
        return ShimConnection.Accepted(await answer.Task.WaitAsync(cancellationToken));
    }

    private async Task ReadAsync()
    {
        ShimExit? exit = null;
        try
        {
            while (true)
            {
                var (kind, payload) = await connection.ReceiveAsync(CancellationToken.None);
                if (kind == ShimFrame.Exit)
                {
                    exit = JsonSerializer.Deserialize(payload, OciJson.Default.ShimExit);
                    ended.TrySetResult(exit);
                }
                else if (kind == ShimFrame.Reply)
                {
                    TaskCompletionSource<byte[]> answer;
                    lock (waiting)
                        answer = waiting.Dequeue();
                    answer.TrySetResult(payload);
                }
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            ended.TrySetResult(exit);
            lock (waiting)
            {
                while (waiting.TryDequeue(out var answer))
                    answer.TrySetException(new IOException("the shim is gone", error));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await reader;
        sending.Dispose();
    }
}
