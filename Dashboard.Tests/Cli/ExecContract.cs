using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class ExecContract(HostFixture fixture) : CliTest(fixture)
{
    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    public async Task Exec_ExitCode_IsTheProgramsOwn(int code)
    {
        await RunIdleAsync("--name", "box");

        (await Docker.RunAsync("exec", "box", "sh", "-c", $"exit {code}")).MustExit(code);
    }

    [Fact]
    public async Task Exec_Streams_StayApart()
    {
        await RunIdleAsync("--name", "box");

        var result = (await Docker.RunAsync("exec", "box", "sh", "-c", "echo out; echo err >&2")).MustSucceed();

        Assert.Equal(("out\n", "err\n"), (result.Stdout, result.Stderr));
    }

    [Fact]
    public async Task Exec_FileIntoAndOutOf_IsByteEqual()
    {
        await RunIdleAsync("--name", "box");
        var bytes = new byte[32 << 20];
        new Random(2).NextBytes(bytes);

        var counted = (await Docker.WithStdinAsync(bytes, "exec", "-i", "box", "sh", "-c", "cat > /blob; wc -c < /blob")).MustSucceed();
        var back = (await Docker.Of("exec", "box", "cat", "/blob").RunAsync()).MustSucceed();

        Assert.Equal(bytes.Length.ToString(), counted.Text);
        Assert.True(bytes.AsSpan().SequenceEqual(back.StdoutBytes), "the file came back different");
    }

    [Fact]
    public async Task Exec_HalfClose_OutputComesAfterTheEndOfInput()
    {
        await RunIdleAsync("--name", "box");

        var result = (await Docker.WithStdinAsync("b\na\n"u8.ToArray(), "exec", "-i", "box", "sh", "-c", "sort; echo after; exit 3")).MustExit(3);

        Assert.Equal("a\nb\nafter", result.Text);
    }

    [Fact]
    public async Task Exec_Options_SetEnvironmentDirectoryAndUser()
    {
        await RunIdleAsync("--name", "box", "-e", "KEPT=yes");

        var result = await Docker.OkAsync("exec", "-e", "ADDED=1", "-w", "/tmp", "-u", "app", "box", "sh", "-c", "echo $KEPT $ADDED $(pwd) $(id -u)");

        Assert.Equal("yes 1 /tmp 1000", result);
    }

    [Fact]
    public async Task Exec_Detached_RunsOn()
    {
        await RunIdleAsync("--name", "box");

        await Docker.OkAsync("exec", "-d", "box", "sh", "-c", "echo done > /mark");

        await Eventually.GetAsync<object>(
            async () => (await Docker.RunAsync("exec", "box", "cat", "/mark")).Text == "done" ? "" : null,
            TimeSpan.FromSeconds(10),
            () => "the detached exec wrote nothing");
    }

    [Fact]
    public async Task Exec_Confinement_IsTheContainers()
    {
        await RunIdleAsync("--name", "box", "--cap-drop", "ALL", "--security-opt", "no-new-privileges");

        var inside = await Docker.OkAsync("exec", "box", "grep", "-E", "CapEff|CapBnd|NoNewPrivs|Seccomp:", "/proc/self/status");

        Assert.Equal("CapEff:\t0000000000000000\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2", inside);
    }

    [Fact]
    public async Task Exec_Stopped_IsAConflict()
    {
        await Docker.OkAsync("create", "--name", "box", TestImages.Busybox, "true");

        AssertContains("is not running", (await Docker.RunAsync("exec", "box", "true")).MustExit(1));
    }

    [Theory]
    [InlineData("nope", 127, "executable file not found in $PATH")]
    [InlineData("/nope", 127, "no such file or directory")]
    [InlineData("/etc/not-executable", 126, "permission denied")]
    public async Task Exec_NotRunnable_SaysWhy(string program, int code, string words)
    {
        await RunIdleAsync("--name", "box");

        var result = await Docker.RunAsync("exec", "box", program);

        AssertContains(words, result);
        // 20.10 gave 126 for both.
        result.MustExit(Host.IsDashboard ? code : 126);
        await Docker.OkAsync("exec", "box", "true");
    }

    [Fact]
    public async Task Exec_UnknownUser_IsRefused()
    {
        await RunIdleAsync("--name", "box");

        AssertContains("unable to find user nobody-here", (await Docker.RunAsync("exec", "-u", "nobody-here", "box", "true")).MustExit(126));
    }

    [Fact]
    public async Task Exec_ContainerKilled_EndsTheExec()
    {
        await RunIdleAsync("--name", "box");
        await using var exec = Docker.Start("exec", "box", "sh", "-c", "echo up; sleep 3600");
        await exec.ExpectAsync("up");

        await Docker.OkAsync("kill", "box");

        (await exec.WaitAsync()).MustExit(137);
    }
}
