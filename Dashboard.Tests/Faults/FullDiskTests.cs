using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Faults;

/// <summary>A whole server whose data-root is on a disk that fills: it lives, says so, keeps what it knows, and goes on when there is space.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private const string NoSpace = "no space left on device";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private SmallDisk _disk = null!;
    private DashboardServer _server = null!;

    private DockerCli Docker => _server.Docker;

    public async ValueTask InitializeAsync()
    {
        // The engine leaves 256 MiB to others when it unpacks.
        _disk = await SmallDisk.CreateAsync(420);
        _server = await DashboardServer.StartAsync(dataRoot: _disk.Root);
        (await Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
        await Docker.OkAsync("run", "--rm", TestImages.Busybox, "true");
    }

    public async ValueTask DisposeAsync()
    {
        _disk.Free();
        await _server.DisposeAsync();
        await _disk.DisposeAsync();
    }

    [Fact]
    public async Task Load_TooBig_FailsInDockersWordsAndTheNextRequestWorks()
    {
        var leaks = await LeakCheck.BeginAsync(_server);
        var big = new byte[130 << 20];
        new Random(1).NextBytes(big);
        var archive = (TestImages.BusyboxImage with { Tag = "big:latest", Layers = [new LayerBuilder().File("big", big).ToArray()] }).ToDockerArchive();

        AssertRefused(await Docker.WithStdinAsync(archive, "load"));
        AssertRefused(await Docker.WithStdinAsync(archive, "import", "-", "imported:latest"));

        await leaks.AssertNothingLeftAsync();
        Assert.Equal("fine", await Docker.OkAsync("run", "--rm", TestImages.Busybox, "echo", "fine"));
    }

    [Fact]
    public async Task Full_ContainersStopStartAndGo_NothingIsLostAndNothingIsHalf()
    {
        await Docker.OkAsync("run", "-d", "--name", "old", TestImages.Busybox, "sh", "-c", "trap 'exit 7' TERM; while :; do usleep 20000; done");
        await Docker.OkAsync("run", "--name", "ended", TestImages.Busybox, "true");
        var leaks = await LeakCheck.BeginAsync(_server);
        _disk.Fill();

        // New things need room, and say so; what is there can be asked, stopped and removed.
        AssertRefused(await Docker.RunAsync("run", "--name", "new", TestImages.Busybox, "true"));
        Assert.Equal(["ended", "old"], (await Docker.RunAsync("ps", "-a", "--format", "{{.Names}}")).MustSucceed().Lines.Order());
        await Docker.OkAsync("stop", "old");
        Assert.Equal("exited 7", await Docker.OkAsync("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", "old"));

        await _server.KillAsync();
        await _server.RestartAsync();

        Assert.Equal("exited 7", await Docker.OkAsync("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", "old"));
        await Docker.OkAsync("rm", "ended");
        _disk.Free();
        Assert.Equal("fine", await Docker.OkAsync("run", "--rm", "--name", "new", TestImages.Busybox, "echo", "fine"));
        await Docker.OkAsync("start", "old");
        Assert.Equal("running", await Docker.OkAsync("inspect", "--format", "{{.State.Status}}", "old"));
        await Docker.OkAsync("stop", "old");
        await leaks.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Restart_OnAFullDisk_TheServerComesUp()
    {
        await Docker.OkAsync("run", "-d", "--name", "lives", TestImages.Busybox, "sleep", "1000");
        _disk.Fill();

        (await _server.StopAsync()).MustExit(0);
        await _server.RestartAsync();

        Assert.Equal("running", await Docker.OkAsync("inspect", "--format", "{{.State.Status}}", "lives"));
        Assert.Equal("inside", await Docker.OkAsync("exec", "lives", "echo", "inside"));
        await Docker.OkAsync("rm", "-f", "lives");
    }

    [Fact]
    public async Task Full_ContainerWritesItsLog_GoesOnAndTheLogSaysWhatIsMissing()
    {
        await Docker.OkAsync("run", "-d", "--name", "talker", TestImages.Busybox, "sh", "-c", "i=0; while :; do i=$((i+1)); echo line $i; usleep 2000; done");
        await using var follower = Docker.Start("logs", "-f", "talker");
        await follower.ExpectAsync("line 50\n", s_patience);
        _disk.Fill();
        var pid = int.Parse(await Docker.OkAsync("inspect", "--format", "{{.State.Pid}}", "talker"));
        // It goes on: its writes are taken, and what does not fit is dropped.
        var written = HostState.WrittenBy(pid);
        await Eventually.TrueAsync(() => HostState.WrittenBy(pid) > written + 12_000, s_patience, () => "the container stands still");
        _disk.Free();

        await follower.ExpectErrorAsync("log lines were dropped here: " + NoSpace, s_patience);
        await Docker.OkAsync("kill", "talker");
        var log = (await Docker.RunAsync("logs", "talker")).MustSucceed();
        var numbers = log.Lines.Select(line => int.Parse(line.Split(' ')[1])).ToList();
        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.Equal(numbers[^1] - numbers.Count, log.Stderr.Split('\n').Where(line => line.StartsWith('[')).Sum(line => int.Parse(line[1..line.IndexOf(' ')])));
    }

    private static void AssertRefused(CommandResult result)
    {
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(NoSpace, result.AllOutput, StringComparison.Ordinal);
    }
}
