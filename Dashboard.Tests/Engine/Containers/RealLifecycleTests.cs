using System.Diagnostics;
using System.Text;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;

namespace Dashboard.Tests.Engine.Containers;

/// <summary>Stop, kill, pause, exec, attach and recovery over the real runtime.</summary>
public sealed class RealLifecycleTests : IAsyncLifetime
{
    private RealEngine engine = null!;

    private IContainerService Containers => engine.Containers;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => engine = await RealEngine.StartAsync();

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private async Task<string> StartedAsync(params string[] command)
    {
        var id = await engine.CreateAsync(command);
        await Containers.StartAsync(id, Token);
        return id;
    }

    [Fact]
    public async Task Stop_ProcessThatIgnoresTerm_IsKilledAfterTheTimeout()
    {
        var id = await StartedAsync("sleep", "1000");
        var clock = Stopwatch.StartNew();

        await Containers.StopAsync(id, null, 1, Token);

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.9, 8);
        var state = Containers.Get(id).State;
        Assert.Equal((ContainerStatus.Exited, 137), (state.Status, state.ExitCode));
        var again = await Assert.ThrowsAsync<EngineException>(() => Containers.StopAsync(id, null, 1, Token));
        Assert.Equal(ErrorKind.NotModified, again.Kind);
    }

    [Fact]
    public async Task Stop_ProcessThatListens_EndsWithItsOwnCode()
    {
        var id = await StartedAsync("sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done");
        await using (var streams = await Containers.AttachAsync(id, false, true, false, Token))
        {
            await Containers.StopAsync(id, null, 10, Token);
        }

        Assert.Contains(Containers.Get(id).State.ExitCode, (int[])[7, 143, 137]);
    }

    [Fact]
    public async Task Exec_InRunningContainer_GivesOutputAndCode()
    {
        var id = await StartedAsync("sleep", "1000");
        var exec = await Containers.CreateExecAsync(id, new ExecConfig { AttachStdout = true, AttachStderr = true, Cmd = ["sh", "-c", "echo out; echo $HOSTNAME; exit 3"] }, Token);

        await using var streams = await Containers.StartExecAsync(exec, detach: false, tty: false, null, Token);
        var output = await RealEngine.ReadAllAsync(streams!);

        Assert.Equal($"out\n{id[..12]}\n", output);
        Assert.Equal(3, await ExitCodeAsync(exec));
    }

    [Fact]
    public async Task Exec_MissingCommand_FailsWith127()
    {
        var id = await StartedAsync("sleep", "1000");
        var exec = await Containers.CreateExecAsync(id, new ExecConfig { AttachStdout = true, Cmd = ["nope"] }, Token);

        var error = await Assert.ThrowsAsync<EngineException>(() => Containers.StartExecAsync(exec, detach: false, tty: false, null, Token));

        Assert.Contains("executable file not found in $PATH", error.Message);
        Assert.StartsWith("OCI runtime exec failed: exec failed:", error.Message);
        Assert.Equal(127, Containers.GetExec(exec).ExitCode);
    }

    [Fact]
    public async Task Exec_StdinToEnd_HalfCloses()
    {
        var id = await StartedAsync("sleep", "1000");
        var exec = await Containers.CreateExecAsync(id, new ExecConfig { AttachStdin = true, AttachStdout = true, Cmd = ["wc", "-c"] }, Token);

        await using var streams = await Containers.StartExecAsync(exec, detach: false, tty: false, null, Token);
        await streams!.WriteAsync(Encoding.UTF8.GetBytes("12345"), Token);
        await streams.CloseInputAsync(Token);

        Assert.Equal("5\n", await RealEngine.ReadAllAsync(streams));
    }

    [Fact]
    public async Task Attach_BeforeStartWithStdin_ReachesTheProgram()
    {
        var id = await engine.CreateAsync(host => host, config => config with { OpenStdin = true, StdinOnce = true }, "cat");
        await using var streams = await Containers.AttachAsync(id, true, true, true, Token);
        await Containers.StartAsync(id, Token);

        await streams.WriteAsync(Encoding.UTF8.GetBytes("abc\n"), Token);
        await streams.CloseInputAsync(Token);

        Assert.Equal("abc\n", await RealEngine.ReadAllAsync(streams));
    }

    [Fact]
    public async Task Pause_RunningContainer_StopsItAndUnpauseGoesOn()
    {
        var id = await StartedAsync("sleep", "1000");

        await Containers.PauseAsync(id, Token);
        Assert.Equal(ContainerStatus.Paused, Containers.Get(id).State.Status);
        await Assert.ThrowsAsync<EngineException>(() => Containers.CreateExecAsync(id, new ExecConfig { Cmd = ["true"] }, Token));
        await Containers.UnpauseAsync(id, Token);

        Assert.Equal(ContainerStatus.Running, Containers.Get(id).State.Status);
    }

    [Fact]
    public async Task Stop_PausedContainer_Ends()
    {
        var id = await StartedAsync("sleep", "1000");
        await Containers.PauseAsync(id, Token);

        await Containers.StopAsync(id, null, 1, Token);

        Assert.Equal(ContainerStatus.Exited, Containers.Get(id).State.Status);
    }

    [Fact]
    public async Task StopAndRemove_WhileItEndsByItself_AreNoErrors()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), Token, async (i, token) =>
        {
            var id = await StartedAsync("true");
            if (i % 2 == 0)
                await IgnoringAsync(ErrorKind.NotModified, Containers.StopAsync(id, null, 5, token));
            await Containers.RemoveAsync(id, force: true, removeVolumes: false, token);
        });

        Assert.Empty(Containers.List());
        Assert.Empty(engine.Log.Errors);
    }

    [Fact]
    public async Task Start_ShortProgram_EndsAfterItStarted()
    {
        var id = await StartedAsync("true");

        await (await Containers.WaitAsync(id, WaitCondition.NotRunning, Token)).Result;

        var state = Containers.Get(id).State;
        Assert.True(state.StartedAt <= state.FinishedAt, $"{state.StartedAt:O} {state.FinishedAt:O}");
    }

    private static async Task IgnoringAsync(ErrorKind kind, Task work)
    {
        try
        {
            await work;
        }
        catch (EngineException error) when (error.Kind == kind)
        {
            // It was over before the request came.
        }
    }

    [Fact]
    public async Task Top_RunningContainer_ListsItsProcesses()
    {
        var id = await StartedAsync("sleep", "1000");

        var (titles, processes) = await Containers.TopAsync(id, null, Token);

        Assert.Equal(["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"], titles);
        var only = Assert.Single(processes);
        Assert.Equal(("root", "sleep 1000"), (only[0], only[^1]));
    }

    [Fact]
    public async Task Restart_OfTheEngine_AdoptsWhatRunsAndKnowsWhatEnded()
    {
        var running = await StartedAsync("sleep", "1000");
        var ending = await StartedAsync("sh", "-c", "read line < /fifo || sleep 0.3; exit 9");
        var pid = Containers.Get(running).State.Pid;

        await engine.ShutAsync();
        await EndedAsync(engine.Options.BundleDir(ending));
        await engine.BootAsync();

        Assert.Equal((ContainerStatus.Running, pid), (Containers.Get(running).State.Status, Containers.Get(running).State.Pid));
        var wait = await Containers.WaitAsync(ending, WaitCondition.NotRunning, Token);
        Assert.Equal(9, (await wait.Result).ExitCode);
        var exec = await Containers.CreateExecAsync(running, new ExecConfig { AttachStdout = true, Cmd = ["echo", "again"] }, Token);
        await using var streams = await Containers.StartExecAsync(exec, false, false, null, Token);
        Assert.Equal("again\n", await RealEngine.ReadAllAsync(streams!));
        Assert.Empty(engine.Log.Errors);
    }

    [Fact]
    public async Task Start_FiftyAtOnce_AllRunAndAllEnd()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => engine.CreateAsync("sleep", "1000")));

        await Task.WhenAll(ids.Select(id => Containers.StartAsync(id, Token)));
        Assert.Equal(50, Containers.List().Count(container => container.State.Status is ContainerStatus.Running));
        await Task.WhenAll(ids.Select(id => Containers.RemoveAsync(id, force: true, removeVolumes: false, Token)));

        Assert.Empty(Containers.List());
        Assert.Empty(engine.Log.Errors);
    }

    private async Task<int?> ExitCodeAsync(string exec)
    {
        for (var attempt = 0; Containers.GetExec(exec).ExitCode is null && attempt < 200; attempt++)
            await Task.Delay(10, Token);
        return Containers.GetExec(exec).ExitCode;
    }

    private static async Task EndedAsync(string bundle)
    {
        for (var attempt = 0; !File.Exists(Path.Combine(bundle, "exit.json")) && attempt < 300; attempt++)
            await Task.Delay(10, Token);
    }
}
