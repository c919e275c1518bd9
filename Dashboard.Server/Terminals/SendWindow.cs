namespace Dashboard.Server.Terminals;

/// <summary>
/// How many bytes may be on their way to a browser. A WebSocket alone cannot say that its page has fallen behind: the
/// browser takes every frame and keeps it. So the page confirms what its terminal has drawn.
/// </summary>
internal sealed class SendWindow(int size)
{
    private readonly Lock gate = new();
    private TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long unconfirmed;

    /// <summary>Waits until less than the window is unconfirmed. For one waiter.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (unconfirmed < size)
                    return;
                opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                wait = opened.Task;
            }
            await wait.WaitAsync(cancellationToken);
        }
    }

    public void Sent(int count)
    {
        lock (gate)
            unconfirmed += count;
    }

    /// <summary>A count that is too large only opens the window: the connection's own limit is then what holds.</summary>
    public void Confirm(long count)
    {
        lock (gate)
        {
            unconfirmed = Math.Max(0, unconfirmed - Math.Max(0, count));
            if (unconfirmed < size)
                opened.TrySetResult();
        }
    }
}
