using Dashboard.Client.Streaming.Logs;

namespace Dashboard.Tests.Client.Streaming.Logs;

public sealed class LogRingTests
{
    [Fact]
    public void Add_MoreLinesThanItHolds_DropsTheOldestAndCounts()
    {
        var ring = new LogRing(maximumLines: 3);
        for (var number = 0; number < 10; number++) ring.Add(Line($"{number}"));

        Assert.Equal((7L, 10L, 7L), ring.Range);
        Assert.Equal(["7", "8", "9"], ring.Read(0, 100).Select(line => line.Text));
        Assert.Equal([7L, 8, 9], ring.Read(0, 100).Select(line => line.Number));
    }

    [Fact]
    public void Add_MoreBytesThanItHolds_DropsTheOldest()
    {
        var ring = new LogRing(maximumLines: 100, maximumBytes: 3_000);
        for (var number = 0; number < 10; number++) ring.Add(Line(new string('x', 400)));

        Assert.Equal((7L, 10L, 7L), ring.Range);
    }

    [Fact]
    public void Add_OneLineLargerThanTheRing_IsKeptAlone()
    {
        var ring = new LogRing(maximumLines: 10, maximumBytes: 100);
        ring.Add(Line("small"));
        ring.Add(Line(new string('x', 1000)));

        Assert.Equal((1L, 2L, 1L), ring.Range);
    }

    [Fact]
    public void Clear_Numbers_GoOn()
    {
        var ring = new LogRing(maximumLines: 3);
        for (var number = 0; number < 5; number++) ring.Add(Line("x"));
        ring.Clear();
        ring.Add(Line("y"));

        Assert.Equal((5L, 6L, 0L), ring.Range);
        Assert.Equal("y", Assert.Single(ring.Read(0, 6)).Text);
    }

    [Fact]
    public async Task Read_WhileLinesCome_IsAlwaysOneUnbrokenStretch()
    {
        var ring = new LogRing(maximumLines: 50);
        var writer = Task.Run(() =>
        {
            for (var number = 0; number < 50_000; number++) ring.Add(Line(""));
        }, TestContext.Current.CancellationToken);
        while (!writer.IsCompleted)
        {
            var range = ring.Range;
            var read = ring.Read(range.First, range.Next);
            Assert.All(read.Zip(read.Skip(1)), pair => Assert.Equal(pair.First.Number + 1, pair.Second.Number));
        }
        await writer;
    }

    private static LogLine Line(string text) => new(0, LogStream.Out, text, null, 0);
}
