using Dashboard.Client.Streaming;
using Dashboard.Tests.Shared;
using Docker.DotNet.Models;

namespace Dashboard.Tests.Client.Streaming;

[Collection(AloneCollection.Name)]
public sealed class SampleHistoryTests
{
    private static readonly DateTime s_begin = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Since_MoreThanFit_HasTheNewestInOrder()
    {
        var history = new SampleHistory(300);
        for (var second = 0; second < 1_000; second++) history.Add(Reading(second));

        var all = history.Since(DateTimeOffset.MinValue);
        var some = history.Since(new DateTimeOffset(s_begin.AddSeconds(996)));

        Assert.Equal(Enumerable.Range(700, 300).Select(second => new DateTimeOffset(s_begin.AddSeconds(second))), all.Select(sample => sample.Time));
        Assert.Equal([997, 998, 999], some.Select(sample => (int)(sample.Time - s_begin).TotalSeconds));
        Assert.Equal(all[^1], history.Latest);
        Assert.Equal((0.25, 1_000, 500, 0, 12_000_000, 3), (some[0].Cpu, some[0].NetworkIn, some[0].NetworkOut, some[0].DiskRead, some[0].Memory, some[0].Processes));
    }

    [Fact]
    public void Since_FirstReading_HasNoRates()
    {
        var history = new SampleHistory(300);
        history.Add(Reading(0));
        history.Add(Reading(1));

        Assert.Equal([null, 0.25], history.Since(DateTimeOffset.MinValue).Select(sample => sample.Cpu));
    }

    [Fact]
    public void Add_ClockSetBack_BeginsAnew()
    {
        var history = new SampleHistory(300);
        for (var second = 0; second < 400; second++) history.Add(Reading(second));

        history.Add(Reading(20));
        history.Add(Reading(20));
        history.Add(Reading(21));

        Assert.Equal([20, 21], history.Since(DateTimeOffset.MinValue).Select(sample => (int)(sample.Time - s_begin).TotalSeconds));
    }

    [Fact]
    public void Memory_FiveMinutesOfAContainer_IsBelow14KiB()
    {
        const int Containers = 1_000;
        var readings = Enumerable.Range(0, 320).Select(Reading).ToList();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var histories = Enumerable.Range(0, Containers).Select(_ => new SampleHistory(300)).ToList();
        foreach (var history in histories) readings.ForEach(history.Add);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Containers;

        TestContext.Current.SendDiagnosticMessage($"{each:N0} bytes a container");
        GC.KeepAlive(readings);
        // As objects it was 49 KiB.
        Assert.All(histories, history => Assert.NotNull(history.Latest));
        Assert.True(each < 14 * 1024, $"{each:N0} bytes a container");
    }

    private static ContainerStatsResponse Reading(int second) => new()
    {
        Read = s_begin.AddSeconds(second),
        CPUStats = new CPUStats { CPUUsage = new CPUUsage { TotalUsage = (ulong)second * 250_000_000 }, OnlineCPUs = 2 },
        MemoryStats = new MemoryStats { Usage = 12_000_000, Limit = 256 << 20 },
        PidsStats = new PidsStats { Current = 3 },
        Networks = new Dictionary<string, NetworkStats> { ["eth0"] = new() { RxBytes = (ulong)second * 1_000, TxBytes = (ulong)second * 500 } },
    };
}
