namespace Dashboard.Engine;

/// <summary>One holder at a time, in order of arrival; the holder may await. Owns nothing to dispose of.</summary>
internal sealed class AsyncGate
{
    private readonly Lock gate = new();
    private readonly LinkedList<TaskCompletionSource> waiting = [];
    private bool held;

    public async ValueTask<Holder> EnterAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<TaskCompletionSource> turn;
        lock (gate)
        {
            if (!held)
            {
                held = true;
                return new Holder(this);
            }
            turn = waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        using (cancellationToken.Register(() => GiveUp(turn, cancellationToken)))
            await turn.Value.Task;
        return new Holder(this);
    }

    private void GiveUp(LinkedListNode<TaskCompletionSource> turn, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (turn.List is null)
                return;
            waiting.Remove(turn);
        }
        turn.Value.SetCanceled(cancellationToken);
    }

    private void Leave()
    {
        TaskCompletionSource? next = null;
        lock (gate)
        {
            if (waiting.First is { } first)
            {
                waiting.RemoveFirst();
                next = first.Value;
            }
            else
            {
                held = false;
            }
        }
        next?.SetResult();
    }

    internal readonly struct Holder(AsyncGate gate) : IDisposable
    {
        public void Dispose() => gate.Leave();
    }
}
