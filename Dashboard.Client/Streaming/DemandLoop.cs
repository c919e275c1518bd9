using Microsoft.Extensions.Logging;

namespace Dashboard.Client.Streaming;

/// <summary>
/// A loop that runs while a signal has subscribers: it starts with the first and is cancelled after the last, a few seconds
/// later, so that a page change does not restart it. When the body fails it is run again after a back-off of 0.5 to 10 s;
/// <see cref="Failure"/> says in between what is wrong.
/// </summary>
internal sealed partial class DemandLoop : IAsyncDisposable
{
    private static readonly TimeSpan s_linger = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);
    private readonly Lock gate = new();
    private readonly ChangeSignal demand;
    private readonly Func<CancellationToken, Task> body;
    private readonly ILogger logger;
    private readonly TimeProvider clock;
    private readonly ITimer idle;
    private CancellationTokenSource? running;
    private Task loop = Task.CompletedTask;
    private TaskCompletionSource retry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool worked;
    private bool disposed;

    public DemandLoop(ChangeSignal demand, Func<CancellationToken, Task> body, ILogger logger, TimeProvider clock)
    {
        this.demand = demand;
        this.body = body;
        this.logger = logger;
        this.clock = clock;
        idle = clock.CreateTimer(_ => StopIfIdle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        demand.SubscribersChanged += OnSubscribersChanged;
    }

    /// <summary>Why the body ended the last time it did, until it reports that it works (<see cref="Works"/>); null when all is well.</summary>
    public string? Failure { get; private set; }

    public bool IsRunning
    {
        get
        {
            lock (gate)
                return running is not null;
        }
    }

    /// <summary>The body calls this when data flows.</summary>
    public void Works()
    {
        worked = true;
        if (Failure is null)
            return;
        Failure = null;
        demand.Raise();
    }

    /// <summary>Cuts a back-off short.</summary>
    public void RetryNow() => retry.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Task last;
        CancellationTokenSource? stopping;
        lock (gate)
        {
            disposed = true;
            stopping = running;
            running = null;
            last = loop;
        }
        demand.SubscribersChanged -= OnSubscribersChanged;
        await idle.DisposeAsync();
        stopping?.Cancel();
        await last;
    }

    private void OnSubscribersChanged()
    {
        lock (gate)
        {
            if (disposed)
                return;
            if (demand.Subscribers == 0)
                idle.Change(s_linger, Timeout.InfiniteTimeSpan);
            else if (running is null)
                Start();
        }
    }

    private void Start()
    {
        running = new CancellationTokenSource();
        var token = running.Token;
        var before = loop;
        loop = Task.Run(() => RunAsync(before, token), CancellationToken.None);
    }

    private void StopIfIdle()
    {
        CancellationTokenSource? stopping;
        lock (gate)
        {
            if (demand.Subscribers > 0 || disposed)
                return;
            stopping = running;
            running = null;
        }
        // Not under the lock: cancelling runs what waited for it on this thread, which may subscribe or unsubscribe elsewhere.
        stopping?.Cancel();
    }

    private async Task RunAsync(Task before, CancellationToken token)
    {
        await before;
        var pause = s_firstPause;
        while (true)
        {
            worked = false;
            await AttemptAsync(token);
            if (token.IsCancellationRequested)
                return;
            if (worked)
                pause = s_firstPause;
            await PauseAsync(pause, token);
            if (token.IsCancellationRequested)
                return;
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private async Task AttemptAsync(CancellationToken token)
    {
        string failure;
        try
        {
            await body(token);
            failure = "the engine closed the stream";
        }
        // A stream that our own cancellation tears down may fail in many ways.
        catch (Exception) when (token.IsCancellationRequested)
        {
            return;
        }
        // Whatever a foreign engine or the network does ends one attempt, not the feed.
        catch (Exception error)
        {
            if (Failure is null)
                LogFailed(error);
            failure = error.Message;
        }
        Failure = failure;
        demand.Raise();
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken token)
    {
        retry = new(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await retry.Task.WaitAsync(pause, clock, token);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // Both are how a pause ends; the loop looks at the token.
        }
    }

    [LoggerMessage(LogLevel.Warning, "A live feed was interrupted and is tried again")]
    private partial void LogFailed(Exception error);
}
