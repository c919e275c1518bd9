using Dashboard.Tests.Contracts;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class LifecycleContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Stop_ProgramThatListens_ExitsWithItsCode()
    {
        await Docker.OkAsync("run", "-d", "--name", "polite", TestImages.Busybox, "sh", "-c", "trap 'exit 9' TERM; echo up; while :; do sleep 0.1; done");
        await AwaitLogAsync("polite", "up");

        await Docker.OkAsync("stop", "-t", "30", "polite");

        Assert.Equal("exited 9", await InspectAsync("polite", "{{.State.Status}} {{.State.ExitCode}}"));
    }

    [Fact]
    public async Task Stop_ProgramThatDoesNotListen_IsKilled()
    {
        await Docker.OkAsync("run", "-d", "--name", "stubborn", TestImages.Busybox, "sleep", "3600");

        await Docker.OkAsync("stop", "-t", "1", "stubborn");

        Assert.Equal("exited 137 false", await InspectAsync("stubborn", "{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}"));
    }

    [Fact]
    public async Task Stop_StopSignal_IsTheOneThatWasChosen()
    {
        await Docker.OkAsync("run", "-d", "--name", "int", "--stop-signal", "SIGINT", TestImages.Busybox, "sh", "-c", "trap 'exit 11' INT; echo up; while :; do sleep 0.1; done");
        await AwaitLogAsync("int", "up");

        await Docker.OkAsync("stop", "int");

        Assert.Equal("11", await InspectAsync("int", "{{.State.ExitCode}}"));
    }

    [Fact]
    public async Task Start_Exited_RunsAgainAndAttaches()
    {
        (await Docker.RunAsync("run", "--name", "again", TestImages.Busybox, "sh", "-c", "echo run; exit 6")).MustExit(6);

        var result = (await Docker.RunAsync("start", "-a", "again")).MustExit(6);

        Assert.Equal("run", result.Text);
        Assert.Equal("run\nrun", await Docker.OkAsync("logs", "again"));
    }

    [Fact]
    public async Task StartInteractive_Created_TakesInput()
    {
        await Docker.OkAsync("create", "-i", "--name", "later", TestImages.Busybox, "cat");
        Assert.Equal("created", await InspectAsync("later", "{{.State.Status}}"));

        var result = (await Docker.WithStdinAsync("typed\n"u8.ToArray(), "start", "-ai", "later")).MustSucceed();

        Assert.Equal("typed", result.Text);
    }

    [Fact]
    public async Task StartAndStop_Repeated_AreNoErrors()
    {
        await RunIdleAsync("--name", "twice");

        await Docker.OkAsync("start", "twice");
        await Docker.OkAsync("stop", "twice");
        await Docker.OkAsync("stop", "twice");
    }

    [Fact]
    public async Task Restart_Running_HasANewStartAndTheSameFiles()
    {
        await RunIdleAsync("--name", "restarted");
        await Docker.OkAsync("exec", "restarted", "touch", "/kept");
        var first = await InspectAsync("restarted", "{{.State.StartedAt}} {{.State.Pid}}");

        await Docker.OkAsync("restart", "restarted");

        Assert.NotEqual(first, await InspectAsync("restarted", "{{.State.StartedAt}} {{.State.Pid}}"));
        await Docker.OkAsync("exec", "restarted", "test", "-e", "/kept");
    }

    [Fact]
    public async Task Kill_Default_Exits137()
    {
        await RunIdleAsync("--name", "killed");

        await Docker.OkAsync("kill", "killed");

        Assert.Equal("137", await Docker.OkAsync("wait", "killed"));
    }

    [Fact]
    public async Task Kill_Signal_ReachesTheProgram()
    {
        await Docker.OkAsync("run", "-d", "--name", "hup", TestImages.Busybox, "sh", "-c", "trap 'echo got hup' HUP; echo up; while :; do sleep 0.1; done");
        await AwaitLogAsync("hup", "up");

        await Docker.OkAsync("kill", "-s", "HUP", "hup");

        await AwaitLogAsync("hup", "got hup");
    }

    [Fact]
    public async Task Kill_Stopped_IsAConflict()
    {
        await RunIdleAsync("--name", "down");
        await Docker.OkAsync("stop", "down");

        var result = (await Docker.RunAsync("kill", "down")).MustExit(1);

        AssertContains("is not running", result);
    }

    [Fact]
    public async Task Remove_Running_IsRefusedUnlessForced()
    {
        await RunIdleAsync("--name", "busy");

        var refused = (await Docker.RunAsync("rm", "busy")).MustExit(1);
        AssertContains("stop the container before", refused with { Stderr = refused.Stderr.ToLowerInvariant() });
        Assert.Equal("busy", await Docker.OkAsync("rm", "-f", "busy"));

        AssertContains("No such container: busy", (await Docker.RunAsync("logs", "busy")).MustExit(1));
    }

    [Fact]
    public async Task Wait_Running_PrintsTheCodeWhenItEnds()
    {
        await Docker.OkAsync("run", "-d", "--name", "awaited", TestImages.Busybox, "sh", "-c", "trap 'exit 23' TERM; echo up; while :; do sleep 0.1; done");
        await AwaitLogAsync("awaited", "up");
        await using var wait = Docker.Start("wait", "awaited");

        await Docker.OkAsync("stop", "awaited");

        Assert.Equal("23", (await wait.WaitAsync()).MustSucceed().Text);
    }

    [Fact]
    public async Task RunRm_Detached_DisappearsWhenItEnds()
    {
        await using var events = Docker.Start("events", "--filter", "type=container", "--filter", "event=destroy", "--format", "{{.Action}} {{.Actor.Attributes.name}}");
        await RunIdleAsync("--rm", "--name", "fleeting");
        // Its headers come at once: from then on it waits, and misses no end however quick.
        using var wait = await WireConnection.OpenAsync(Host.SocketPath);
        await wait.SendAsync("POST", "/v1.41/containers/fleeting/wait");

        await Docker.OkAsync("kill", "fleeting");

        Assert.Contains("\"StatusCode\":137", await wait.ReadTextAsync());
        await events.ExpectAsync("destroy fleeting");
        Assert.Equal("", await Docker.OkAsync("ps", "-aq"));
    }

    [Fact]
    public async Task Rename_Stopped_AnswersToTheNewName()
    {
        var id = await Docker.OkAsync("create", "--name", "old", TestImages.Busybox, "true");

        await Docker.OkAsync("rename", "old", "new");

        Assert.Equal(id, await InspectAsync("new", "{{.Id}}"));
        (await Docker.RunAsync("inspect", "old")).MustExit(1);
    }

    [Fact]
    public async Task Pause_Running_FreezesAndThaws()
    {
        await RunIdleAsync("--name", "frozen");

        await Docker.OkAsync("pause", "frozen");
        Assert.Contains("(Paused)", await Docker.OkAsync("ps", "--format", "{{.Status}}"));
        AssertContains("is paused", (await Docker.RunAsync("exec", "frozen", "true")).MustExit(1));

        await Docker.OkAsync("unpause", "frozen");
        await Docker.OkAsync("exec", "frozen", "true");
    }

    [Fact]
    public async Task Attach_Running_SeesOutputAndForwardsInput()
    {
        await Docker.OkAsync("run", "-di", "--name", "talk", TestImages.Busybox, "sh", "-c", "while read line; do echo heard $line; done; exit 2");
        await using var attached = Docker.Start("attach", "talk");

        await attached.SendAsync("one\n");
        await attached.ExpectAsync("heard one");
        await attached.CloseStdinAsync();

        // Not StdinOnce: the end of one client's input is not the end of the program's.
        await Docker.OkAsync("kill", "talk");
        (await attached.WaitAsync()).MustExit(137);
    }

    [Fact]
    public async Task Prune_Stopped_RemovesThemOnly()
    {
        await RunIdleAsync("--name", "alive");
        var dead = await Docker.OkAsync("create", TestImages.Busybox, "true");

        var result = await Docker.OkAsync("container", "prune", "-f");

        Assert.Contains(dead, result);
        Assert.Equal("alive", await Docker.OkAsync("ps", "-a", "--format", "{{.Names}}"));
    }

    private async Task AwaitLogAsync(string container, string text)
    {
        await using var logs = Docker.Start("logs", "-f", container);
        await logs.ExpectAsync(text);
    }
}
