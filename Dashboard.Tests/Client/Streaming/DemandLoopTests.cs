using Dashboard.Client.Streaming;
using Dashboard.Tests.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Tests.Client.Streaming;

public sealed class DemandLoopTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private readonly WatchedClock _clock = new();
    private readonly ChangeSignal _demand = new();
    private int _runs;
    private int _ended;

    [Fact]
    public async Task Subscribers_FirstAndLast_StartAndStopTheBody()
    {
        await using var loop = Loop(Forever);

        Assert.False(loop.IsRunning);
        var first = _demand.Subscribe(() => { });
        var second = _demand.Subscribe(() => { });
        await RunsAsync(1);
        first.Dispose();
        second.Dispose();
        second.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.False(loop.IsRunning);
        Assert.Equal(0, _demand.Subscribers);
        await Eventually.TrueAsync(() => _ended == 1, s_limit, () => "the body goes on");
    }

    [Fact]
    public async Task Subscribers_BackWithinTheLinger_KeepTheBody()
    {
        await using var loop = Loop(Forever);
        var first = _demand.Subscribe(() => { });
        await RunsAsync(1);
        first.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(3));
        using var second = _demand.Subscribe(() => { });
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.True(loop.IsRunning);
        Assert.Equal((1, 0), (_runs, _ended));
    }

    [Fact]
    public async Task Body_FailsAgainAndAgain_IsRunAfterLongerAndLongerPauses()
    {
        await using var loop = Loop(_ => throw new IOException("no engine"));
        using var subscription = _demand.Subscribe(() => { });

        var pauses = new List<double>();
        for (var run = 1; run <= 7; run++)
        {
            await RunsAsync(run);
            pauses.Add((await _clock.PassAsync(run)).TotalSeconds);
        }

        Assert.Equal([0.5, 1, 2, 4, 8, 10, 10], pauses);
        Assert.Equal("no engine", loop.Failure);
    }

    [Fact]
    public async Task Body_WorksInBetween_BeginsWithTheShortestPauseAgain()
    {
        DemandLoop? loop = null;
        await using var owner = loop = Loop(_ =>
        {
            if (_runs == 4) loop!.Works();
            throw new IOException("gone");
        });
        using var subscription = _demand.Subscribe(() => { });

        for (var run = 1; run < 4; run++)
        {
            await RunsAsync(run);
            await _clock.PassAsync(run);
        }
        await RunsAsync(4);

        Assert.Equal(TimeSpan.FromSeconds(0.5), await _clock.PassAsync(4));
    }

    [Fact]
    public async Task RetryNow_DuringAPause_RunsAtOnce()
    {
        await using var loop = Loop(_ => throw new IOException("no engine"));
        using var subscription = _demand.Subscribe(() => { });
        await Eventually.TrueAsync(() => loop.Failure is not null, s_limit, () => "no failure");

        await Eventually.TrueAsync(
            () =>
            {
                loop.RetryNow();
                return _runs >= 2;
            },
            s_limit,
            () => "no second run");
    }

    [Fact]
    public async Task Failure_WhenItWorksAgain_IsToldAndGone()
    {
        var told = new List<string?>();
        DemandLoop? loop = null;
        await using var owner = loop = Loop(async token =>
        {
            if (_runs == 1) throw new IOException("no engine");
            loop!.Works();
            await Task.Delay(Timeout.Infinite, token);
        });
        using var subscription = _demand.Subscribe(() =>
        {
            lock (told) told.Add(loop!.Failure);
        });
        await _clock.PassAsync(1);

        await Eventually.TrueAsync(() => { lock (told) return told.Count == 2; }, s_limit, () => string.Join(", ", told));
        Assert.Equal(["no engine", null], told);
    }

    [Fact]
    public async Task Dispose_WhileRunning_WaitsForTheBody()
    {
        var loop = Loop(Forever);
        using var subscription = _demand.Subscribe(() => { });
        await RunsAsync(1);

        await loop.DisposeAsync();

        Assert.Equal(1, _ended);
    }

    private DemandLoop Loop(Func<CancellationToken, Task> body) => new(
        _demand,
        async token =>
        {
            Interlocked.Increment(ref _runs);
            await body(token);
        },
        NullLogger.Instance,
        _clock);

    private async Task Forever(CancellationToken token)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, token);
        }
        finally
        {
            Interlocked.Increment(ref _ended);
        }
    }

    private Task RunsAsync(int count) => Eventually.TrueAsync(() => _runs == count, s_limit, () => $"{_runs} runs, not {count}");
}
