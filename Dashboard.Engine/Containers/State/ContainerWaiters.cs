namespace Dashboard.Engine.Containers.State;

/// <summary>Those who wait for a container to end or to be gone. Completed outside of every lock.</summary>
internal sealed class ContainerWaiters
{
    private readonly Lock gate = new();
    private readonly List<Waiter> waiters = [];

    private sealed record Waiter(WaitCondition Condition, TaskCompletionSource<(int ExitCode, string? Error)> Result);

    /// <param name="settled">Asked under the lock that <see cref="Exited"/> takes: an answer that is there already, or null.</param>
    public Task<(int ExitCode, string? Error)> Register(WaitCondition condition, Func<(int, string?)?> settled, CancellationToken cancellationToken)
    {
        var waiter = new Waiter(condition, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            if (settled() is { } answer)
                return Task.FromResult(answer);
            waiters.Add(waiter);
        }
        if (cancellationToken.CanBeCanceled)
        {
            var registration = cancellationToken.Register(() => Forget(waiter, cancellationToken));
            waiter.Result.Task.ContinueWith(_ => registration.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return waiter.Result.Task;
    }

    /// <summary>Answers all but those who wait for the removal.</summary>
    public void Exited(int exitCode, string? error) => Complete(waiter => waiter.Condition != WaitCondition.Removed, exitCode, error);

    public void Removed(int exitCode, string? error) => Complete(_ => true, exitCode, error);

    private void Complete(Predicate<Waiter> which, int exitCode, string? error)
    {
        List<Waiter> done;
        lock (gate)
        {
            done = waiters.FindAll(which);
            waiters.RemoveAll(which);
        }
        foreach (var waiter in done)
            waiter.Result.TrySetResult((exitCode, error));
    }

    private void Forget(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (gate)
            waiters.Remove(waiter);
        waiter.Result.TrySetCanceled(cancellationToken);
    }
}
