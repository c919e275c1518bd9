using System.Text;
using Dashboard.Client.Connections;
using Dashboard.Client.Streaming.Logs;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;

namespace Dashboard.Tests.Client.Streaming.Logs;

public sealed class LogFeedTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private FakeDockerApi _api = null!;
    private DockerConnection _connection = null!;
    private FakeContainer _box = null!;
    private LogFeed _feed = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await FakeDockerApi.StartAsync();
        _box = _api.Add(new FakeContainer("box"));
        _connection = TestConnection.To(_api);
        _feed = _connection.Logs.Of(_box.Id);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _api.DisposeAsync();
    }

    [Fact]
    public async Task Start_LongLog_BeginsWithItsTail()
    {
        for (var number = 1; number <= 3000; number++) _box.Log.Write($"line {number}");
        using var looking = Look();

        await LinesAsync(1000);
        _box.Log.Write("new");
        await LinesAsync(1001);

        Assert.Equal("line 2001", Texts()[0]);
        Assert.Equal("new", Texts()[^1]);
    }

    [Fact]
    public async Task Lines_OfBothStreams_AreApartAndInOrder()
    {
        _box.Log.Write("out");
        _box.Log.Write("err", error: true);
        _box.Log.Write("out again");
        using var looking = Look();
        await LinesAsync(3);

        Assert.Equal([LogStream.Out, LogStream.Error, LogStream.Out], Lines().Select(line => line.Stream));
        Assert.Equal(["out", "err", "out again"], Texts());
    }

    [Fact]
    public async Task Lines_OfATerminal_AreRead()
    {
        var tty = _api.Add(new FakeContainer("tty") { Tty = true });
        tty.Log.Write("prompt\r");
        var feed = _connection.Logs.Of(tty.Id);
        using var looking = feed.Changed.Subscribe(() => { });

        await Eventually.TrueAsync(() => feed.Ring.Range.Next == 1, s_limit, () => "no line");
        Assert.Equal("prompt", feed.Ring.Read(0, 1)[0].Text);
    }

    [Fact]
    public async Task Container_StopsAndStarts_LosesAndDoublesNothing()
    {
        Write(1, 500);
        using var looking = Look();
        await LinesAsync(500);
        Write(501, 600);
        _api.Stop(_box);
        await Eventually.TrueAsync(() => _feed.State == LogFeedState.Ended && _connection.Containers.Find(_box.Id) is { IsRunning: false }, s_limit, () => "not ended");

        _api.Start(_box);
        Write(601, 700);

        await LinesAsync(700);
        Assert.Equal(LogFeedState.Following, _feed.State);
        AssertWhole(700);
    }

    [Fact]
    public async Task Engine_GoesAndComesBackWhileLinesAreWritten_LosesAndDoublesNothing()
    {
        using var looking = Look();
        Write(1, 300);
        await LinesAsync(300);
        for (var round = 0; round < 3; round++)
        {
            await _api.GoAwayAsync();
            Write(301 + round * 200, 400 + round * 200);
            await _api.ComeBackAsync();
            _feed.RetryNow();
            Write(401 + round * 200, 500 + round * 200);
            await LinesAsync(500 + round * 200);
        }

        AssertWhole(900);
        Assert.Null(_feed.Failure);
    }

    [Fact]
    public async Task Engine_Away_SaysSo()
    {
        using var looking = Look();
        _box.Log.Write("one");
        await LinesAsync(1);

        await _api.GoAwayAsync();

        await Eventually.TrueAsync(() => _feed.Failure is not null, s_limit, () => "no failure");
        Assert.Equal(["one"], Texts());
    }

    [Fact]
    public async Task Container_DoesNotExist_SaysSo()
    {
        var feed = _connection.Logs.Of("nothing");
        using var looking = feed.Changed.Subscribe(() => { });

        await Eventually.TrueAsync(() => feed.Failure == "the container no longer exists", s_limit, () => feed.Failure ?? "none");
    }

    [Fact]
    public async Task Flood_ManyLines_IsBoundedAndCounted()
    {
        var line = Encoding.UTF8.GetBytes(new string('x', 100) + "\n");
        using var looking = Look();
        await Eventually.TrueAsync(() => _box.Log.Followers == 1, s_limit, () => "not followed");
        for (var number = 0; number < 50_000; number++) _box.Log.Write(line);

        await LinesAsync(50_000);

        Assert.Equal((40_000L, 50_000L, 40_000L), _feed.Ring.Range);
    }

    [Fact]
    public async Task Nobody_LooksAnyMore_FeedEndsAndGivesItsMemoryBack()
    {
        var looking = Look();
        var twice = Look();
        Write(1, 10);
        await LinesAsync(10);
        Assert.Same(_feed, _connection.Logs.Of(_box.Id));
        looking.Dispose();
        twice.Dispose();
        Assert.Equal(0, _feed.Changed.Subscribers);

        await Eventually.TrueAsync(() => _api.Open("logs") == 0 && Lines().Count == 0, s_limit, () => "still followed");
        using var again = Look();
        await Eventually.TrueAsync(() => Lines().Count == 10, s_limit, () => "not read again");

        Assert.Equal("line 1", Texts()[0]);
    }

    private IDisposable Look() => _feed.Changed.Subscribe(() => { });

    private void Write(int from, int to)
    {
        // Some lines of the same instant, some times out of order, as two streams of a busy container write them.
        for (var number = from; number <= to; number++) _box.Log.Write(Encoding.UTF8.GetBytes($"line {number}\n"), number % 3 == 0, number % 5 == 0 ? 0 : number % 7 == 0 ? -50 : 1000);
    }

    private void AssertWhole(int count) => Assert.Equal(Enumerable.Range(1, count).Select(number => $"line {number}"), Texts());

    private IReadOnlyList<LogLine> Lines() => _feed.Ring.Read(0, long.MaxValue);

    private List<string> Texts() => [.. Lines().Select(line => line.Text)];

    private Task LinesAsync(long count) => Eventually.TrueAsync(() => _feed.Ring.Range.Next >= count, s_limit, () => $"{_feed.Ring.Range.Next} lines of {count}; {_feed.State} {_feed.Failure}");
}
