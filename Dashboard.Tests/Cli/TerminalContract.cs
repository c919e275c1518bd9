using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class TerminalContract(HostFixture fixture) : CliTest(fixture)
{
    private const string Prompt = "/ # ";

    [Fact]
    public async Task RunTty_Shell_EchoesAnswersAndExits()
    {
        await using var terminal = Docker.OnTerminal("run", "--rm", "-it", TestImages.Busybox, "sh");
        await terminal.ExpectAsync(Prompt);

        await terminal.SendAsync("echo sum-$((20+3)); tty\n");
        await terminal.ExpectAsync("sum-23");
        await terminal.ExpectAsync("/dev/pts/0");
        await terminal.SendAsync("exit 7\n");

        Assert.Equal(7, await terminal.WaitAsync());
    }

    [Fact]
    public async Task RunTty_Size_FollowsTheTerminal()
    {
        await using var terminal = Docker.OnTerminal(33, 101, "run", "--rm", "-it", TestImages.Busybox, "sh", "-c", AwaitSize("33 101") + AwaitSize("50 120"));
        await terminal.ExpectAsync("size is 33 101");

        await terminal.ResizeUntilAsync(50, 120, "size is 50 120");

        Assert.Equal(0, await terminal.WaitAsync());
    }

    [Fact]
    public async Task RunTty_ControlC_InterruptsTheProgram()
    {
        await using var terminal = Docker.OnTerminal("run", "--rm", "-it", TestImages.Busybox, "sh", "-c", "trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.1; done");
        await terminal.ExpectAsync("ready");

        await terminal.SendAsync("\x03");
        await terminal.ExpectAsync("caught");

        Assert.Equal(3, await terminal.WaitAsync());
    }

    [Fact]
    public async Task RunTty_DetachKeys_LeaveItRunningAndAttachComesBack()
    {
        await using (var terminal = Docker.OnTerminal("run", "-it", "--name", "detached", TestImages.Busybox, "sh"))
        {
            await terminal.ExpectAsync(Prompt);
            await terminal.SendAsync("\x10\x11");
            Assert.Equal(0, await terminal.WaitAsync());
        }
        Assert.Equal("running", await InspectAsync("detached", "{{.State.Status}}"));

        await using var again = Docker.OnTerminal("attach", "detached");
        await again.SendAsync("echo back-$((1+1))\n");
        await again.ExpectAsync("back-2");
        await again.SendAsync("exit 4\n");

        Assert.Equal(4, await again.WaitAsync());
        Assert.Equal("4", await InspectAsync("detached", "{{.State.ExitCode}}"));
    }

    [Fact]
    public async Task RunTty_OtherDetachKeys_AreTaken()
    {
        await using var terminal = Docker.OnTerminal("run", "-it", "--detach-keys", "ctrl-a,d", "--name", "other-keys", TestImages.Busybox, "sh");
        await terminal.ExpectAsync(Prompt);

        await terminal.SendAsync("\x01" + "d");

        Assert.Equal(0, await terminal.WaitAsync());
        Assert.Equal("running", await InspectAsync("other-keys", "{{.State.Status}}"));
    }

    [Fact]
    public async Task ExecTty_Shell_HasSizeAndExitCode()
    {
        await RunIdleAsync("--name", "host-of-exec");
        await using var terminal = Docker.OnTerminal(41, 99, "exec", "-it", "host-of-exec", "sh", "-c", AwaitSize("41 99") + AwaitSize("20 60") + "exit 5");
        await terminal.ExpectAsync("size is 41 99");

        await terminal.ResizeUntilAsync(20, 60, "size is 20 60");

        Assert.Equal(5, await terminal.WaitAsync());
    }

    [Fact]
    public async Task ExecTty_ControlC_EndsTheExecOnly()
    {
        await RunIdleAsync("--name", "survivor");
        await using var terminal = Docker.OnTerminal("exec", "-it", "survivor", "sh", "-c", "echo ready; cat");
        await terminal.ExpectAsync("ready");

        await terminal.SendAsync("\x03");

        Assert.Equal(130, await terminal.WaitAsync());
        Assert.Equal("running", await InspectAsync("survivor", "{{.State.Status}}"));
    }

    [Fact]
    public async Task RunTty_WithoutTerminal_IsRefusedByTheClient()
    {
        var result = (await Docker.RunAsync("run", "--rm", "-it", TestImages.Busybox, "true")).MustExit(1);

        AssertContains("the input device is not a TTY", result);
    }

    // The client sets the size after the start, so the program waits for it.
    private static string AwaitSize(string size) => $"while [ \"$(stty size)\" != '{size}' ]; do sleep 0.05; done; echo size is $(stty size); ";
}
