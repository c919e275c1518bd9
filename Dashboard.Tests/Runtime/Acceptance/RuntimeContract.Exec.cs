namespace Dashboard.Tests.Runtime.Acceptance;

public abstract partial class RuntimeContract
{
    [Fact]
    public async Task Exec_Confinement_IsTheContainers()
    {
        const string Facts = "for n in mnt pid uts ipc net cgroup; do readlink /proc/self/ns/$n; done; cat /proc/self/cgroup /proc/self/oom_score_adj; grep -E '^(Cap|NoNewPrivs|Seccomp|Uid|Gid|Groups)' /proc/self/status; ls -di /; pwd; umask";
        var bundle = NewBundle().Process(process => process with { NoNewPrivileges = true, OomScoreAdj = 321, Cwd = "/tmp" });
        await using var running = await StartIdleAsync(bundle, $"( {Facts} ) > /facts");

        var inside = await File.ReadAllLinesAsync(bundle.In("facts"), TestContext.Current.CancellationToken);
        var execed = await ExecLinesAsync(bundle, Facts);

        Assert.Equal(inside, execed);
        Assert.Contains("Seccomp:\t2", execed);
        Assert.Contains("321", execed);
    }

    [Fact]
    public async Task Exec_Seccomp_RefusesTheSameCalls()
    {
        var bundle = NewBundle();
        await using var running = await StartIdleAsync(bundle);

        Assert.Equal(["unshare=1", "keyctl=1", "mount=1"], await ExecLinesAsync(bundle, "probe errno unshare keyctl mount"));
    }

    [Fact]
    public async Task Exec_DeviceCgroup_RefusesTheSameDevices()
    {
        var bundle = NewBundle();
        await using var running = await StartIdleAsync(bundle);

        Assert.Equal(["/tmp/node=1", "/dev/null=0"], await ExecLinesAsync(bundle, "mknod /tmp/node b 8 0; probe open /tmp/node /dev/null"));
    }

    [Fact]
    public async Task Exec_Cgroup_IsTheContainersInEveryHierarchy()
    {
        var bundle = NewBundle().Resources(resources => resources with { Pids = new() { Limit = 12 } });
        await using var running = await StartIdleAsync(bundle);

        Assert.InRange(int.Parse((await ExecLinesAsync(bundle, "probe forks 100"))[0].Split(' ')[0]), 5, 11);
    }

    [Fact]
    public async Task Exec_OwnUserEnvironmentAndDirectory_AreTaken()
    {
        var bundle = NewBundle();
        await using var running = await StartIdleAsync(bundle);

        var result = await ExecAsync(bundle, bundle.Spec.Process with { Args = ["sh", "-c", "id -u; id -G; pwd; echo $X"], Cwd = "/tmp", User = new() { Uid = 7, Gid = 8, AdditionalGids = [8, 9] }, Env = ["PATH=/bin", "X=y"] });

        Assert.Equal(["7", "8 9", "/tmp", "y"], result.MustSucceed().Lines);
    }

    [Fact]
    public async Task Exec_DescriptorsAndSignals_AreClean()
    {
        var bundle = NewBundle();
        await using var running = await StartIdleAsync(bundle);

        var descriptors = await ExecAsync(bundle, bundle.Spec.Process with { Args = ["probe", "descriptors"] });
        var signals = await ExecAsync(bundle, bundle.Spec.Process with { Args = ["grep", "^Sig[BIC]", "/proc/self/status"] });

        Assert.Equal(["0", "1", "2"], descriptors.MustSucceed().Lines);
        Assert.All(Status(signals.MustSucceed().Lines).Values, value => Assert.Equal("0000000000000000", value));
    }

    [Fact]
    public async Task Exec_Stdio_CanBeReopenedByAUser()
    {
        var bundle = NewBundle();
        await using var running = await StartIdleAsync(bundle);

        var result = await ExecAsync(bundle, bundle.Spec.Process with { Args = ["sh", "-c", "echo out > /dev/stdout"], User = new() { Uid = 1000, Gid = 1000 } });

        Assert.Equal("out", result.MustSucceed().Text);
    }

    [Fact]
    public async Task Exec_SessionKeyring_IsNotTheCallers()
    {
        var outside = (await Shared.Command.RunAsync(probe, "keyring")).MustSucceed().Text;
        var bundle = NewBundle().Unconfined();
        await using var running = await StartIdleAsync(bundle);

        Assert.NotEqual(outside, (await ExecLinesAsync(bundle, "probe keyring")).Single());
    }

    [Theory]
    [InlineData("nope", "executable file not found in $PATH")]
    [InlineData("/marker", "permission denied")]
    public async Task Exec_NotExecutable_FailsInWordsAndLeavesTheContainer(string program, string words)
    {
        var bundle = NewBundle();
        await using var running = await StartIdleAsync(bundle);

        var result = await ExecAsync(bundle, bundle.Spec.Process with { Args = [program] });

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(words, result.Stderr);
        Assert.Equal(["alive"], await ExecLinesAsync(bundle, "echo alive"));
    }

    [Fact]
    public async Task Exec_ExitCode_IsThePrograms()
    {
        var bundle = NewBundle();
        await using var running = await StartIdleAsync(bundle);

        Assert.Equal(42, (await ExecAsync(bundle, bundle.Spec.Process with { Args = ["sh", "-c", "exit 42"] })).ExitCode);
    }

    [Fact]
    public async Task Exec_Terminal_IsOfTheContainersDevpts()
    {
        var bundle = NewBundle();
        await using var idle = await StartIdleAsync(bundle);
        await using var console = new ConsoleSocket(bundle.Directory);
        var process = bundle.Spec.Process with { Terminal = true, ConsoleSize = new() { Height = 20, Width = 70 }, Args = ["sh", "-c", "stty size; tty; ls -1 /dev/pts; read x"] };
        await using var running = Careless(runtime.ExecOnTerminal(bundle, process, console.Path)).Start();
        var output = await console.AcceptAsync();

        var screen = await output.ExpectAsync("ptmx\r\n", TimeSpan.FromSeconds(20));

        Assert.Contains("20 70\r\n/dev/pts/0\r\n0\r\nptmx\r\n", screen);
        await console.SendAsync("\n");
        await running.WaitAsync();
    }
}
