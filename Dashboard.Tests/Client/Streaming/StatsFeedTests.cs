using Dashboard.Client.Streaming;
using Dashboard.Tests.Shared;
using Dashboard.Tests.Shared.FakeDocker;

namespace Dashboard.Tests.Client.Streaming;

public sealed class StatsFeedTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Samples_WithAndWithoutTheExtension_AreTheSame(bool extension)
    {
        await using var api = await FakeDockerApi.StartAsync(3);
        api.HasStatsOfAll = extension;
        api.StatsInterval = TimeSpan.FromSeconds(0.2);
        api.Stop(api.Containers.Values.First());
        var running = api.Containers.Values.Where(each => each.IsRunning).ToList();
        await using var connection = TestConnection.To(api);
        using var looking = connection.Stats.Ticked.Subscribe(() => { });

        await SeesAsync(() => running.TrueForAll(each => connection.Stats.Latest(each.Id)?.Cpu is not null));
        var sample = connection.Stats.Latest(running[0].Id)!;

        Assert.True(sample.Cpu > 0);
        Assert.Equal(2, sample.CpuCount);
        Assert.InRange(sample.Memory, 12_000_000, 12_000_000 + 8 * 40_960);
        Assert.True(sample.NetworkIn > sample.NetworkOut);
        Assert.Equal(0, sample.DiskWrite);
        Assert.Null(connection.Stats.Latest(api.Containers.Values.Single(each => !each.IsRunning).Id));
        Assert.Equal((extension, !extension), (api.Open("all-stats") == 1, api.Open("stats") == 2));
    }

    [Fact]
    public async Task History_Since_HasEachReadingOnce()
    {
        await using var api = await FakeDockerApi.StartAsync(1);
        api.HasStatsOfAll = false;
        api.StatsInterval = TimeSpan.FromSeconds(3);
        await using var connection = TestConnection.To(api);
        var ticks = 0;
        using var looking = connection.Stats.Ticked.Subscribe(() => Interlocked.Increment(ref ticks));
        await SeesAsync(() => ticks >= 3);

        var history = connection.Stats.Since(api.Containers.Keys.Single(), DateTimeOffset.MinValue);

        Assert.Equal(history.Select(sample => sample.Time).Distinct(), history.Select(sample => sample.Time));
        Assert.InRange(history.Count, 1, 2);
    }

    [Fact]
    public async Task ManyContainers_WithoutTheExtension_AreAllReadByFewStreams()
    {
        await using var api = await FakeDockerApi.StartAsync(PerContainerStats.AtOnce * 2);
        api.HasStatsOfAll = false;
        await using var connection = TestConnection.To(api);
        using var looking = connection.Stats.Ticked.Subscribe(() => { });

        await SeesAsync(() => api.Containers.Keys.All(id => connection.Stats.Latest(id) is not null));

        Assert.InRange(api.MostStatsStreams, 1, PerContainerStats.AtOnce);
    }

    [Fact]
    public async Task ThousandContainers_WithTheExtension_AreReadByOneStream()
    {
        await using var api = await FakeDockerApi.StartAsync(1000);
        await using var connection = TestConnection.To(api);
        using var looking = connection.Stats.Ticked.Subscribe(() => { });

        await SeesAsync(() => api.Containers.Keys.All(id => connection.Stats.Latest(id)?.Cpu is not null));

        Assert.Equal((1, 0), (api.Open("all-stats"), api.Open("stats")));
    }

    [Fact]
    public async Task Container_StopsAndStarts_IsMeasuredAnew()
    {
        await using var api = await FakeDockerApi.StartAsync(1);
        api.HasStatsOfAll = false;
        api.StatsInterval = TimeSpan.FromSeconds(0.2);
        var box = api.Containers.Values.Single();
        await using var connection = TestConnection.To(api);
        using var looking = connection.Stats.Ticked.Subscribe(() => { });
        await SeesAsync(() => connection.Stats.Latest(box.Id) is not null);

        api.Stop(box);
        await SeesAsync(() => connection.Stats.Latest(box.Id) is null);
        await SeesAsync(() => api.Open("stats") == 0);
        api.Start(box);

        await SeesAsync(() => connection.Stats.Latest(box.Id) is not null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Engine_AwayAndBack_HistoryGoesOn(bool extension)
    {
        await using var api = await FakeDockerApi.StartAsync(1);
        api.HasStatsOfAll = extension;
        api.StatsInterval = TimeSpan.FromSeconds(0.2);
        var id = api.Containers.Keys.Single();
        await using var connection = TestConnection.To(api);
        using var looking = connection.Stats.Ticked.Subscribe(() => { });
        await SeesAsync(() => connection.Stats.Latest(id) is not null);
        var first = connection.Stats.Since(id, DateTimeOffset.MinValue)[0];

        await api.GoAwayAsync();
        await SeesAsync(() => connection.Stats.Failure is not null);
        var last = connection.Stats.Latest(id)!;
        await api.ComeBackAsync();

        await SeesAsync(() => connection.Stats.Failure is null && connection.Stats.Since(id, last.Time).Count > 0);
        Assert.Equal(first, connection.Stats.Since(id, DateTimeOffset.MinValue)[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_LooksAnyMore_AllStreamsEnd(bool extension)
    {
        await using var api = await FakeDockerApi.StartAsync(3);
        api.HasStatsOfAll = extension;
        await using var connection = TestConnection.To(api);
        var looking = connection.Stats.Ticked.Subscribe(() => { });
        await SeesAsync(() => connection.Stats.Latest(api.Containers.Keys.First()) is not null);

        looking.Dispose();

        await SeesAsync(() => api.Open("stats") + api.Open("all-stats") + api.Open("events") == 0);
        Assert.Equal((0, 0, 0), (connection.Stats.Ticked.Subscribers, connection.Containers.Changed.Subscribers, connection.Events.Listeners));
    }

    private static Task SeesAsync(Func<bool> condition) => Eventually.TrueAsync(condition, s_limit, () => "the stats feed does not get there");
}
