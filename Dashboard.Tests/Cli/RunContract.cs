using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class RunContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Run_Echo_PrintsAndExitsWithZero() =>
        Assert.Equal("hi", await Docker.OkAsync("run", "--rm", TestImages.Busybox, "echo", "hi"));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(42)]
    [InlineData(255)]
    public async Task Run_ExitCode_IsTheProgramsOwn(int code) =>
        (await Docker.RunAsync("run", "--rm", TestImages.Busybox, "sh", "-c", $"exit {code}")).MustExit(code);

    [Fact]
    public async Task Run_BothStreams_ArriveApart()
    {
        var result = (await Docker.RunAsync("run", "--rm", TestImages.Busybox, "sh", "-c", "echo out; echo err >&2")).MustSucceed();

        Assert.Equal("out\n", result.Stdout);
        Assert.Equal("err\n", result.Stderr);
    }

    [Fact]
    public async Task Run_PipedInput_ReachesTheProgram() =>
        Assert.Equal("abc", (await Docker.WithStdinAsync("abc\n"u8.ToArray(), "run", "--rm", "-i", TestImages.Busybox, "cat")).MustSucceed().Text);

    [Fact]
    public async Task Run_InputEnds_OutputGoesOn() =>
        Assert.Equal("4\nstill here", (await Docker.WithStdinAsync("abc\n"u8.ToArray(), "run", "--rm", "-i", TestImages.Busybox, "sh", "-c", "wc -c; echo still here")).MustSucceed().Text);

    [Fact]
    public async Task Run_EightMegabytesThroughCat_ComeBackEqual()
    {
        var bytes = new byte[8 << 20];
        new Random(1).NextBytes(bytes);

        var result = (await Docker.WithStdinAsync(bytes, "run", "--rm", "-i", TestImages.Busybox, "cat")).MustSucceed();

        Assert.True(bytes.AsSpan().SequenceEqual(result.StdoutBytes), $"{result.StdoutBytes.Length} bytes came back, or others");
    }

    [Fact]
    public async Task Run_NoStdin_ReadsEndOfFile() => Assert.Equal("0", await Docker.OkAsync("run", "--rm", TestImages.Busybox, "wc", "-c"));

    [Theory]
    [InlineData("app", "1000 1000")]
    [InlineData("1000", "1000 1000")]
    [InlineData("app:extra", "1000 2000")]
    [InlineData("1234:5678", "1234 5678")]
    public async Task Run_User_IsFoundInTheImage(string user, string expected) =>
        Assert.Equal(expected, await Docker.OkAsync("run", "--rm", "-u", user, TestImages.Busybox, "sh", "-c", "echo $(id -u) $(id -g)"));

    [Fact]
    public async Task Run_UserWithSupplementaryGroups_HasThem() =>
        Assert.Contains("2000(extra)", await Docker.OkAsync("run", "--rm", "-u", "app", TestImages.Busybox, "id"));

    [Fact]
    public async Task Run_UserHome_IsInTheEnvironment() =>
        Assert.Equal("/home/app", await Docker.OkAsync("run", "--rm", "-u", "app", TestImages.Busybox, "sh", "-c", "echo $HOME"));

    [Fact]
    public async Task Run_MissingWorkingDirectory_IsMade() =>
        Assert.Equal("/made/up", await Docker.OkAsync("run", "--rm", "-w", "/made/up", TestImages.Busybox, "pwd"));

    [Fact]
    public async Task Run_Environment_IsSet() =>
        Assert.Equal("1 two words", await Docker.OkAsync("run", "--rm", "-e", "A=1", "-e", "B=two words", TestImages.Busybox, "sh", "-c", "echo $A $B"));

    [Fact]
    public async Task Run_Entrypoint_ReplacesTheImagesOwn() =>
        Assert.Equal("x y", await Docker.OkAsync("run", "--rm", "--entrypoint", "echo", TestImages.Busybox, "x", "y"));

    [Fact]
    public async Task Run_Hostname_IsTheOptionOrTheShortId()
    {
        Assert.Equal("box", await Docker.OkAsync("run", "--rm", "-h", "box", TestImages.Busybox, "hostname"));

        var id = await Docker.OkAsync("run", "-d", TestImages.Busybox, "hostname");
        Assert.Equal("0", await Docker.OkAsync("wait", id));
        Assert.Equal(id[..12], await Docker.OkAsync("logs", id));
    }

    [Fact]
    public async Task Run_ReadOnly_RefusesWritesAndTmpfsTakesThem()
    {
        (await Docker.RunAsync("run", "--rm", "--read-only", TestImages.Busybox, "touch", "/file")).MustExit(1);
        await Docker.OkAsync("run", "--rm", "--read-only", "--tmpfs", "/scratch", TestImages.Busybox, "touch", "/scratch/file");
    }

    [Fact]
    public async Task Run_Init_IsTheParentOfTheProgram() =>
        Assert.NotEqual("1", await Docker.OkAsync("run", "--rm", "--init", TestImages.Busybox, "sh", "-c", "echo $$"));

    [Fact]
    public async Task Run_Capabilities_AreDockersDefaultAndCanBeDropped()
    {
        Assert.Equal("CapEff:\t00000000a80425fb", await Docker.OkAsync("run", "--rm", TestImages.Busybox, "grep", "CapEff", "/proc/self/status"));
        Assert.Equal("CapEff:\t0000000000000000", await Docker.OkAsync("run", "--rm", "--cap-drop", "ALL", TestImages.Busybox, "grep", "CapEff", "/proc/self/status"));
    }

    [Fact]
    public async Task Run_Writes_DoNotReachTheImage()
    {
        await Docker.OkAsync("run", "--rm", TestImages.Busybox, "sh", "-c", "echo changed > /etc/passwd; rm -r /home");

        Assert.Equal("4", await Docker.OkAsync("run", "--rm", TestImages.Busybox, "sh", "-c", "cat /etc/passwd /etc/group | grep -c -e ^root -e ^app"));
    }

    [Fact]
    public async Task Run_Detached_PrintsTheIdAndKeepsRunning()
    {
        var id = await RunIdleAsync();

        Assert.Matches("^[0-9a-f]{64}$", id);
        Assert.Equal("true", await InspectAsync(id, "{{.State.Running}}"));
    }
}
