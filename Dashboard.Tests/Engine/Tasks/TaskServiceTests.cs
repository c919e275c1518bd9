using System.Net;
using System.Net.Sockets;
using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Tasks;
using Dashboard.Tests.Shared;
using Xunit;

namespace Dashboard.Tests.Engine.Tasks;

public sealed class TaskServiceTests : IDisposable
{
    private readonly TaskFixture fixture = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [Fact]
    public async Task Start_Echo_OutputIsAttachedAndLoggedAndExitIsZero()
    {
        var spec = fixture.Spec(["sh", "-c", "echo out; echo '<err>' >&2"]);
        var task = await fixture.Service.CreateAsync(spec, Token);
        await using var streams = await task.AttachAsync(false, true, true, Token);
        await task.StartAsync(Token);
        var (stdout, stderr) = await TaskFixture.ReadAllAsync(streams);
        Assert.Equal("out\n", stdout);
        Assert.Equal("<err>\n", stderr);
        Assert.Equal(0, (await task.Exited).ExitCode);
        var log = await File.ReadAllLinesAsync(fixture.LogPath(spec.ContainerId), Token);
        Assert.Contains(log, line => line.StartsWith("{\"log\":\"out\\n\",\"stream\":\"stdout\",\"time\":\"20", StringComparison.Ordinal));
        Assert.Contains(log, line => line.StartsWith("{\"log\":\"\\u003cerr\\u003e\\n\",\"stream\":\"stderr\"", StringComparison.Ordinal));
        await task.DeleteAsync(Token);
        Assert.False(Directory.Exists(fixture.Options.BundleDir(spec.ContainerId)));
    }

    [Fact]
    public async Task Start_Shim_LeavesTheCgroupOfTheServer()
    {
        var spec = fixture.Spec(["sh", "-c", "while :; do echo busy; done"]);
        var task = await fixture.Service.CreateAsync(spec, Token);
        await task.StartAsync(Token);
        var status = (await File.ReadAllLinesAsync($"/proc/{task.Pid}/status", Token)).First(line => line.StartsWith("PPid:", StringComparison.Ordinal));
        var groups = $"/proc/{status["PPid:".Length..].Trim()}/cgroup";
        var wanted = fixture.Options.CgroupParent + "/shims";
        var unified = Dashboard.Linux.Cgroups.CgroupLayout.Detect().Unified is not null;
        // "3:pids:/…" on a v1 or hybrid host, "0::/…" for the unified hierarchy.
        bool Moved() => File.ReadAllLines(groups).Where(line => line.Contains(":pids:", StringComparison.Ordinal) || line.StartsWith("0::", StringComparison.Ordinal) && unified)
            .All(line => line.EndsWith(':' + wanted, StringComparison.Ordinal));
        await Eventually.TrueAsync(Moved, TimeSpan.FromSeconds(20), () => File.ReadAllText(groups));
        await task.KillAllAsync(Token);
        await task.Exited;
        await task.DeleteAsync(Token);
    }

    [Theory]
    [InlineData("nope", 127, "executable file not found in $PATH")]
    [InlineData("/nope", 127, "no such file or directory")]
    [InlineData("/plain", 126, "permission denied")]
    public async Task Start_NotExecutable_FailsAsAShellWould(string program, int code, string words)
    {
        var task = await fixture.Service.CreateAsync(fixture.Spec([program]), Token);
        var error = await Assert.ThrowsAsync<EngineException>(() => task.StartAsync(Token));
        Assert.Equal(code, error.ExitCode);
        Assert.Contains(words, error.Message);
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task Attach_Stdin_HalfCloseLetsOutputGoOn()
    {
        var task = await fixture.Service.CreateAsync(fixture.Spec(["sh", "-c", "cat; echo done"], stdin: true), Token);
        await using var streams = await task.AttachAsync(true, true, true, Token);
        await task.StartAsync(Token);
        await streams.WriteAsync("abc\n"u8.ToArray(), Token);
        await streams.CloseInputAsync(Token);
        Assert.Equal("abc\ndone\n", (await TaskFixture.ReadAllAsync(streams)).Stdout);
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task AttachAndExec_OfATaskThatHasJustEnded_SayWhatIsSo()
    {
        var task = await fixture.Service.CreateAsync(fixture.Spec(["sh", "-c", "exit 3"]), Token);
        await task.StartAsync(Token);
        Assert.Equal(3, (await task.Exited).ExitCode);

        await using (var streams = await task.AttachAsync(false, true, true, Token)) Assert.Equal(("", ""), await TaskFixture.ReadAllAsync(streams));
        var refused = await Assert.ThrowsAsync<EngineException>(() => task.ExecAsync(new ExecSpec { ExecId = "late", Process = TaskFixture.Process(["true"]) }, Token));

        Assert.Contains("the container is not running", refused.Message);
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task Attach_InputOfMegabytesBeforeStart_ComesBackAndTheTaskStillAnswers()
    {
        var task = await fixture.Service.CreateAsync(fixture.Spec(["sh", "-c", "while [ ! -e /go ]; do sleep 0.01; done; exec cat"], stdin: true), Token);
        await using var streams = await task.AttachAsync(true, true, true, Token);
        var data = new byte[3_000_000];
        new Random(5).NextBytes(data);
        await streams.WriteAsync(data.AsMemory(0, 1_120_000), Token);
        await task.StartAsync(Token);
        var received = new MemoryStream();
        async Task WriteRest()
        {
            await streams.WriteAsync(data.AsMemory(1_120_000), Token);
            await streams.CloseInputAsync(Token);
        }
        var writing = WriteRest();
        // Not before the shim has held up both the early input and the late.
        await task.ExecAsync(new ExecSpec { ExecId = "go", Process = TaskFixture.Process(["sh", "-c", ": > /go"]) }, Token);
        var buffer = new byte[65536];
        while (await streams.ReadAsync(buffer, Token) is { Count: > 0 } piece)
            received.Write(buffer, 0, piece.Count);
        await writing;
        Assert.Equal(data, received.ToArray());
        Assert.Equal(0, (await task.Exited).ExitCode);
        await task.DeleteAsync(Token).WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task Output_WriterGoneWhileTheClientDoesNotRead_CostsNoProcessorTime()
    {
        var spec = fixture.Spec(["sh", "-c", "yes | head -c 1900000; : > /written; exec sleep 100 >/dev/null 2>&1"]);
        var task = await fixture.Service.CreateAsync(spec, Token);
        await using var unread = await task.AttachAsync(false, true, true, Token);
        await task.StartAsync(Token);
        await Eventually.TrueAsync(() => File.Exists(Path.Combine(spec.Rootfs.UpperDir, "written")), TimeSpan.FromSeconds(20), () => "the output does not fit into the pipe");
        var shim = fixture.Shim(spec.ContainerId);

        var before = TaskFixture.ProcessorTicks(shim);
        // The shim's own work is what passes the time.
        var exec = await task.ExecAsync(new ExecSpec { ExecId = "second", Process = TaskFixture.Process(["sleep", "1"]) }, Token);
        await exec.Exited;

        Assert.InRange(TaskFixture.ProcessorTicks(shim) - before, 0, 20);
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task Shim_InTheProcessList_IsNamedWithItsContainer()
    {
        var spec = fixture.Spec(["sleep", "100"]);
        var task = await fixture.Service.CreateAsync(spec, Token);
        await task.StartAsync(Token);
        var shim = fixture.Shim(spec.ContainerId);

        Assert.Equal("dashboard-shim", (await File.ReadAllTextAsync($"/proc/{shim}/comm", Token)).Trim());
        Assert.Equal(["dashboard-shim", "shim", "--bundle", fixture.Options.BundleDir(spec.ContainerId)], (await File.ReadAllTextAsync($"/proc/{shim}/cmdline", Token)).TrimEnd('\0').Split('\0'));
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task Exec_LargeInput_ComesBackByteForByte()
    {
        var task = await fixture.Service.CreateAsync(fixture.Spec(["sleep", "100"]), Token);
        await task.StartAsync(Token);
        var exec = await task.ExecAsync(new ExecSpec { ExecId = "e1", Process = TaskFixture.Process(["cat"]), AttachStdin = true, AttachStdout = true }, Token);
        var data = new byte[5_000_000];
        new Random(7).NextBytes(data);
        var received = new MemoryStream();
        async Task Read()
        {
            var buffer = new byte[65536];
            while (await exec.Streams!.ReadAsync(buffer, Token) is { Count: > 0 } piece)
                received.Write(buffer, 0, piece.Count);
        }
        var reading = Read();
        await exec.Streams!.WriteAsync(data, Token);
        await exec.Streams.CloseInputAsync(Token);
        await reading;
        Assert.Equal(data, received.ToArray());
        Assert.Equal(0, (await exec.Exited).ExitCode);
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task Exec_Failing_ReportsCodeAndWords()
    {
        var task = await fixture.Service.CreateAsync(fixture.Spec(["sleep", "100"]), Token);
        await task.StartAsync(Token);
        var error = await Assert.ThrowsAsync<EngineException>(() => task.ExecAsync(new ExecSpec { ExecId = "e1", Process = TaskFixture.Process(["nope"]), AttachStdout = true }, Token));
        Assert.Equal(127, error.ExitCode);
        var exec = await task.ExecAsync(new ExecSpec { ExecId = "e2", Process = TaskFixture.Process(["sh", "-c", "exit 42"]) }, Token);
        Assert.Equal(42, (await exec.Exited).ExitCode);
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task Terminal_SizeEchoAndResize_AreThoseOfAPty()
    {
        var task = await fixture.Service.CreateAsync(fixture.Spec(["sh", "-c", "stty size; tty; read x; stty size; echo got $x; exit 3"], terminal: true, stdin: true), Token);
        await using var streams = await task.AttachAsync(true, true, true, Token);
        await task.StartAsync(Token);
        await task.ResizeAsync(40, 120, Token);
        await streams.WriteAsync("hello\n"u8.ToArray(), Token);
        var output = (await TaskFixture.ReadAllAsync(streams)).Stdout;
        Assert.Contains("/dev/pts/0", output);
        Assert.Contains("40 120", output);
        Assert.Contains("got hello", output);
        Assert.Equal(3, (await task.Exited).ExitCode);
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task Signal_Term_IsExit143AndRecorded()
    {
        var task = await fixture.Service.CreateAsync(fixture.Spec(["sleep", "100"], init: true), Token);
        await task.StartAsync(Token);
        await task.SignalAsync(15, Token);
        Assert.Equal(143, (await task.Exited).ExitCode);
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task Memory_AboveTheLimit_IsOomKilled()
    {
        var task = await fixture.Service.CreateAsync(fixture.Spec(["sh", "-c", "x=$(yes | head -c 200000000); echo survived"], memory: 32 << 20), Token);
        await task.StartAsync(Token);
        var exit = await task.Exited;
        Assert.True(exit.OomKilled);
        Assert.NotEqual(0, exit.ExitCode);
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task Reconnect_NewService_SeesTheSameTaskAndItsExit()
    {
        var spec = fixture.Spec(["sh", "-c", "echo before; sleep 100"]);
        var task = await fixture.Service.CreateAsync(spec, Token);
        await task.StartAsync(Token);
        await task.DisposeAsync();

        var again = await fixture.NewService().ReconnectAsync(spec.ContainerId, Token);
        Assert.NotNull(again);
        Assert.Equal(task.Pid, again.Pid);
        await again.SignalAsync(9, Token);
        Assert.Equal(137, (await again.Exited).ExitCode);
        await again.DisposeAsync();

        var third = await fixture.NewService().ReconnectAsync(spec.ContainerId, Token);
        Assert.Equal(137, (await third!.Exited).ExitCode);
        await third.DeleteAsync(Token);
        Assert.Null(await fixture.NewService().ReconnectAsync(spec.ContainerId, Token));
    }

    [Fact]
    public async Task Ports_Taken_IsSaidByBindAndLeavesNothing()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var spec = fixture.Spec(["true"], ports: [new() { Protocol = "tcp", HostAddress = IPAddress.Loopback, HostPort = port, ContainerPort = 80 }]);
        var error = await Assert.ThrowsAsync<EngineException>(() => fixture.Service.CreateAsync(spec, Token));
        Assert.Contains("address already in use", error.Message);
        Assert.False(Directory.Exists(fixture.Options.BundleDir(spec.ContainerId)));
    }

    [Fact]
    public async Task Ports_Held_AreBoundAndHandedOver()
    {
        var spec = fixture.Spec(["sleep", "100"], ports: [new() { Protocol = "tcp", HostAddress = IPAddress.Loopback, HostPort = 0, ContainerPort = 80 }]);
        var task = await fixture.Service.CreateAsync(spec, Token);
        await task.StartAsync(Token);
        Assert.NotEqual(0, task.Ports[0].HostPort);
        using var held = (await task.HeldSocketsAsync(Token)).Single();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, task.Ports[0].HostPort, Token);
        using var accepted = await held.AcceptAsync(Token);
        Assert.True(accepted.Connected);
        await task.DeleteAsync(Token);
    }

    [Fact]
    public async Task Many_AtOnce_AllRun()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var task = await fixture.Service.CreateAsync(fixture.Spec(["sh", "-c", $"exit {i}"]), Token);
            await task.StartAsync(Token);
            var exit = await task.Exited;
            await task.DeleteAsync(Token);
            return exit.ExitCode;
        }));
        Assert.Equal(Enumerable.Range(0, 40), results);
    }

    [Fact]
    public async Task Log_Rotation_KeepsOrderAndCount()
    {
        var spec = fixture.Spec(["seq", "1", "3000"], logMax: 40_000, logFiles: 100);
        var task = await fixture.Service.CreateAsync(spec, Token);
        await task.StartAsync(Token);
        await task.Exited;
        var path = fixture.LogPath(spec.ContainerId);
        var segments = Enumerable.Range(1, 100).Reverse().Select(i => $"{path}.{i}").Append(path).Where(File.Exists);
        var numbers = segments.SelectMany(File.ReadLines).Select(line => int.Parse(line.Split('"')[3].Replace("\\n", "")));
        Assert.Equal(Enumerable.Range(1, 3000), numbers);
        Assert.True(File.Exists(path + ".1"));
        await task.DeleteAsync(Token);
    }
}
