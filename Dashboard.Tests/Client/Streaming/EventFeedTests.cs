using System.Collections.Concurrent;
using Dashboard.Client.Connections;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;

namespace Dashboard.Tests.Client.Streaming;

public sealed class EventFeedTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);
    private readonly WatchedClock _clock = new();
    private readonly ConcurrentQueue<string> _heard = new();
    private FakeDockerApi _api = null!;
    private DockerConnection _connection = null!;
    private int _connected;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeDockerApi.StartAsync(1);
        _connection = TestConnection.To(_api, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Events_AsTheyHappen_AreHeardInOrderAndOnce()
    {
        using var listening = Listen();
        await ConnectedAsync(1);
        for (var number = 0; number < 100; number++) _api.Emit(Box, $"action-{number}");

        await HeardAsync(100);
        Assert.Equal(Enumerable.Range(0, 100).Select(number => $"action-{number}"), _heard);
    }

    [Fact]
    public async Task Events_OfTheSameInstantOrOutOfOrder_AreAllHeard()
    {
        using var listening = Listen();
        await ConnectedAsync(1);
        _api.Emit(Box, "first", 1_000_000_000_000_000_000);
        _api.Emit(Box, "same", 1_000_000_000_000_000_000);
        _api.Emit(Box, "before", 999_999_999_000_000_000);

        await HeardAsync(3);
        Assert.Equal(["first", "same", "before"], _heard);
    }

    [Fact]
    public async Task Engine_AwayForAWhile_LosesAndDoublesNothing()
    {
        using var listening = Listen();
        await ConnectedAsync(1);
        _api.Emit(Box, "before");
        await HeardAsync(1);
        await _api.GoAwayAsync();
        await Eventually.TrueAsync(() => _clock.Waits.Count > 0, s_limit, () => "no pause");
        _api.Emit(Box, "meanwhile");
        await _api.ComeBackAsync();
        _clock.Advance(TimeSpan.FromSeconds(10));
        await ConnectedAsync(2);
        _api.Emit(Box, "after");

        await HeardAsync(3);
        Assert.Equal(["before", "meanwhile", "after"], _heard);
    }

    [Fact]
    public async Task Listeners_AllGone_StreamEnds()
    {
        var one = Listen();
        var two = Listen();
        await Eventually.TrueAsync(() => _api.Events.Listeners == 1, s_limit, () => "not one stream");
        one.Dispose();
        two.Dispose();

        Assert.Equal(0, _connection.Events.Listeners);
        _clock.Advance(TimeSpan.FromSeconds(5));
        await Eventually.TrueAsync(() => _api.Events.Listeners == 0, s_limit, () => "the stream is still open");
    }

    private FakeContainer Box => _api.Containers.Values.Single();

    private IDisposable Listen() => _connection.Events.Listen(message => _heard.Enqueue(message.Action), () => Interlocked.Increment(ref _connected));

    private Task ConnectedAsync(int times) => Eventually.TrueAsync(() => _connected >= times && _api.Events.Listeners == 1, s_limit, () => $"connected {_connected} times");

    private Task HeardAsync(int count) => Eventually.TrueAsync(() => _heard.Count >= count, s_limit, () => $"heard {string.Join(", ", _heard)}");
}
