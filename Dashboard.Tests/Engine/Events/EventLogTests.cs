using Microsoft.Extensions.Logging.Abstractions;
using Dashboard.Engine.Events;
using Dashboard.Engine.Metadata;
using Dashboard.Tests.Shared;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Tests.Engine.Events;

public sealed class EventLogTests : IDisposable
{
    private readonly string directory = TestPlaces.NewWorkDirectory("events");
    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(1000));
    private readonly EngineDatabase database;
    private readonly EventLog log;

    public EventLogTests()
    {
        database = new EngineDatabase(Path.Combine(directory, "engine.db"));
        log = Open(limit: 1000);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        database.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private EventLog Open(int limit) => new(new EventTable(database, limit), clock, NullLogger<EventLog>.Instance);

    private ValueTask PublishAsync(int number) => log.PublishAsync("container", "a" + number, "id", new Dictionary<string, string> { ["name"] = "web" });

    private static async Task<List<string>> TakeAsync(IAsyncEnumerable<EngineEvent> events, int count) =>
        await events.Take(count).Select(entry => entry.Action).ToListAsync(Token);

    [Fact]
    public async Task Publish_SameInstant_TimesStrictlyIncrease()
    {
        for (var number = 0; number < 5; number++)
            await PublishAsync(number);

        var times = await log.StreamAsync(0, long.MaxValue, Token).Take(5).Select(entry => entry.TimeNano).ToListAsync(Token);

        Assert.Equal(times.Distinct().Order(), times);
        Assert.Equal(1000_000_000_000, times[0]);
    }

    [Fact]
    public async Task Stream_WithoutSince_StartsAtTheCall()
    {
        await PublishAsync(1);
        var events = log.StreamAsync(null, null, Token);
        await PublishAsync(2);

        Assert.Equal(["a2"], await TakeAsync(events, 1));
    }

    [Fact]
    public async Task Stream_HistoryThenLive_HasNoGapAndNoDouble()
    {
        for (var number = 0; number < 2500; number++)
            await PublishAsync(number);
        var reading = TakeAsync(log.StreamAsync(0, null, Token), 1000 + 1000);
        var writing = Task.Run(
            async () =>
            {
                for (var number = 2500; number < 3500; number++)
                    await PublishAsync(number);
            },
            Token);

        var actions = (await reading).Select(action => int.Parse(action[1..])).ToList();
        await writing;

        Assert.Equal(Enumerable.Range(actions[0], actions.Count), actions);
    }

    [Fact]
    public async Task Stream_UntilInThePast_EndsAfterHistory()
    {
        await PublishAsync(1);
        clock.Advance(TimeSpan.FromSeconds(10));
        await PublishAsync(2);

        var actions = await log.StreamAsync(0, 1005_000_000_000, Token).Select(entry => entry.Action).ToListAsync(Token);

        Assert.Equal(["a1"], actions);
    }

    [Fact]
    public async Task Stream_UntilInTheFuture_EndsAtItsTime()
    {
        var events = log.StreamAsync(null, 1010_000_000_000, Token);
        var reading = events.Select(entry => entry.Action).ToListAsync(Token).AsTask();
        await PublishAsync(1);
        while (!reading.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        Assert.Equal(["a1"], await reading);
    }

    [Fact]
    public async Task Stream_Cancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        var reading = log.StreamAsync(null, null, cancel.Token).ToListAsync(Token).AsTask();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task Log_OpenedAgain_KeepsHistoryAndOrder()
    {
        await PublishAsync(1);
        var again = Open(limit: 1000);
        await again.PublishAsync("container", "a2", "id", new Dictionary<string, string>());

        var events = await again.StreamAsync(0, long.MaxValue, Token).Take(2).ToListAsync(Token);

        Assert.Equal(["a1", "a2"], events.Select(entry => entry.Action));
        Assert.Equal("web", events[0].Attributes["name"]);
        Assert.True(events[1].TimeNano > events[0].TimeNano);
    }

    [Fact]
    public async Task History_BeyondTheLimit_IsPruned()
    {
        var bounded = Open(limit: 100);
        for (var number = 0; number < 500; number++)
            await bounded.PublishAsync("container", "x", "id", new Dictionary<string, string>());

        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM events";
        Assert.InRange((long)command.ExecuteScalar()!, 100, 106);
    }
}
