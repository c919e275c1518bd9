using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Shared;

/// <summary>A clock that stands still until a test moves it, and tells what is waited for, so that a test knows when to move it.</summary>
internal sealed class WatchedClock : FakeTimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    /// <summary>How long was asked for by each timer that was made running, oldest first.</summary>
    public IReadOnlyList<TimeSpan> Waits => [.. _waits];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime != Timeout.InfiniteTimeSpan) _waits.Enqueue(dueTime);
        return timer;
    }

    /// <summary>Waits until something waits for the n-th time (from 1), lets that time pass, and says how long it was.</summary>
    public async Task<TimeSpan> PassAsync(int wait)
    {
        await Eventually.TrueAsync(() => _waits.Count >= wait, TimeSpan.FromSeconds(20), () => $"{_waits.Count} waits, not {wait}");
        var time = Waits[wait - 1];
        Advance(time);
        return time;
    }
}
