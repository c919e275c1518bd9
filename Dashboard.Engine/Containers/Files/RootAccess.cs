namespace Dashboard.Engine.Containers.Files;

/// <summary>
/// Who works on a container's root file system from outside. An overlay must not be mounted twice over one upper directory:
/// a start waits until nobody is left, as in Docker; a removal ends them. A use begins with the container's gate held, and
/// the gate is held by whoever waits here, so no new one can slip in.
/// </summary>
internal sealed class RootAccess
{
    private readonly Lock gate = new();
    private readonly HashSet<Use> uses = [];
    private TaskCompletionSource? quiet;

    /// <summary>Of those that mount the root file system themselves: one at a time. Taken before the container's gate.</summary>
    public AsyncGate Mounting { get; } = new();

    public Use Begin(CancellationToken cancellationToken)
    {
        var use = new Use(this, cancellationToken);
        lock (gate)
            uses.Add(use);
        return use;
    }

    public Task QuietAsync()
    {
        lock (gate)
            return uses.Count == 0 ? Task.CompletedTask : (quiet ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public Task EndAsync()
    {
        lock (gate)
        {
            foreach (var use in uses)
                use.End();
        }
        return QuietAsync();
    }

    private void Leave(Use use)
    {
        lock (gate)
        {
            uses.Remove(use);
            if (uses.Count > 0)
                return;
            quiet?.SetResult();
            quiet = null;
        }
    }

    internal sealed class Use : IDisposable
    {
        private readonly RootAccess owner;
        private readonly CancellationTokenSource source;

        public Use(RootAccess owner, CancellationToken cancellationToken)
        {
            this.owner = owner;
            source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Token = source.Token;
        }

        public CancellationToken Token { get; }

        /// <summary>Ended by the engine, not by the caller.</summary>
        public bool Ended { get; private set; }

        public void End()
        {
            Ended = true;
            // Callbacks of the token do not run under the lock of the owner.
            _ = source.CancelAsync();
        }

        public void Dispose()
        {
            owner.Leave(this);
            source.Dispose();
        }
    }
}
