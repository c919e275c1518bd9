namespace Dashboard.Client.Streaming;

/// <summary>
/// Says that something changed, never what: whoever is told pulls the newest state. So nothing queues up behind a slow
/// browser, and two changes at once cost one render. Callbacks must be short and must not throw.
/// </summary>
public sealed class ChangeSignal
{
    private readonly Lock gate = new();
    private Action[] callbacks = [];

    /// <summary>How many are subscribed; feeds run only while there is one, and tests assert that it returns to zero.</summary>
    public int Subscribers => callbacks.Length;

    /// <summary>Told whenever <see cref="Subscribers"/> changed, outside of any lock.</summary>
    public event Action? SubscribersChanged;

    public IDisposable Subscribe(Action callback)
    {
        lock (gate)
            callbacks = [.. callbacks, callback];
        SubscribersChanged?.Invoke();
        return new Subscription(this, callback);
    }

    public void Raise()
    {
        foreach (var callback in callbacks)
            callback();
    }

    private void Remove(Action callback)
    {
        lock (gate)
        {
            var index = Array.IndexOf(callbacks, callback);
            callbacks = [.. callbacks[..index], .. callbacks[(index + 1)..]];
        }
        SubscribersChanged?.Invoke();
    }

    private sealed class Subscription(ChangeSignal owner, Action callback) : IDisposable
    {
        private ChangeSignal? from = owner;

        public void Dispose() => Interlocked.Exchange(ref from, null)?.Remove(callback);
    }
}
