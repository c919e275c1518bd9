using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class ManyContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Run_ManyAtOnce_AllRunAndAllGo()
    {
        // Docker needs a quarter of a second for each; it is here to prove the test, not to be measured.
        var count = Host.IsDashboard ? 100 : 10;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) => await RunIdleAsync("--name", $"many-{i}"));

        var names = (await Docker.RunAsync("ps", "--format", "{{.Names}}")).MustSucceed().Lines;
        Assert.Equal(count, names.Length);
        var addresses = (await Docker.RunAsync(["inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", .. names])).MustSucceed().Lines;
        Assert.Equal(count, addresses.Distinct().Count());

        await Docker.OkAsync(["stop", "-t", "20", .. names]);
        Assert.Equal(Enumerable.Repeat("0", count), (await Docker.RunAsync(["inspect", "--format", "{{.State.ExitCode}}", .. names])).MustSucceed().Lines);
    }

    [Fact]
    public async Task Run_ManyExecsAtOnce_EachHasItsOwnOutput()
    {
        await RunIdleAsync("--name", "crowd");

        await Parallel.ForEachAsync(
            Enumerable.Range(0, Host.IsDashboard ? 60 : 10),
            new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = TestContext.Current.CancellationToken },
            async (i, _) => Assert.Equal($"n{i}", (await Docker.RunAsync("exec", "crowd", "sh", "-c", $"echo n{i}; exit {i}")).MustExit(i).Text));
    }
}
