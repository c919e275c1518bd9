using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Many lives of containers in one life of the server: it must not grow by them.</summary>
[Trait("Category", "Long")]
public sealed class SoakTests : OwnServerTest
{
    private const int Cycles = 1000;
    [Fact]
    public async Task Run_AThousandCycles_LeaveDescriptorsAndThreadsAsTheyWere()
    {
        await CyclesAsync(50);
        var leaks = await LeakCheck.BeginAsync(Server);
        var (descriptors, threads) = Count();

        await CyclesAsync(Cycles);

        await leaks.AssertNothingLeftAsync();
        var (after, threadsAfter) = Count();
        Assert.True(after <= descriptors + 20, $"{descriptors} descriptors became {after}");
        Assert.True(threadsAfter <= threads + 10, $"{threads} threads became {threadsAfter}");
    }

    private async Task CyclesAsync(int count) => await Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken },
        async (i, _) => Assert.Equal($"{i}", await Server.Docker.OkAsync("run", "--rm", "-p", "80", TestImages.Busybox, "echo", $"{i}")));

    private (int Descriptors, int Threads) Count() =>
        (Directory.GetFileSystemEntries($"/proc/{Server.Pid}/fd").Length, Directory.GetDirectories($"/proc/{Server.Pid}/task").Length);
}
