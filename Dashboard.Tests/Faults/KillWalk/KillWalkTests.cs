using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Faults.KillWalk;

/// <summary>
/// kill -9 of the server between the steps of every operation that changes something. The next server must know each
/// container's true state, the same request must work or say that it is done, and when all is removed nothing may be left.
/// </summary>
public sealed class KillWalkTests(KillWalkFixture fixture) : IClassFixture<KillWalkFixture>
{
    /// <summary>All, or those that <c>DASHBOARD_TEST_WALK</c> names with commas between them.</summary>
    public static TheoryData<string> Operations => new(WalkedOperation.All.Select(operation => operation.Name).Where(IsWanted));

    private DashboardServer Server => fixture.Server;
    private DockerCli Docker => Server.Docker;

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task Kill_AtSomeStep_LeavesTheOldStateOrTheNew(string operation)
    {
        var walked = Named(operation);
        var leaks = await LeakCheck.BeginAsync(Server);
        var all = await CountAsync(walked);
        await CleanAsync(leaks);
        await WalkAsync(walked, Random.Shared.Next(1, all + 1), all, leaks);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    [Trait("Category", "Long")]
    public async Task Kill_AtEveryStep_LeavesTheOldStateOrTheNew(string operation)
    {
        var walked = Named(operation);
        var leaks = await LeakCheck.BeginAsync(Server);
        var all = await CountAsync(walked);
        await CleanAsync(leaks);
        for (var step = 1; step <= all; step++) await WalkAsync(walked, step, all, leaks);
    }

    private static bool IsWanted(string name) => Environment.GetEnvironmentVariable("DASHBOARD_TEST_WALK") is not { Length: > 0 } wanted || wanted.Split(',').Contains(name);

    private static WalkedOperation Named(string name) => WalkedOperation.All.Single(operation => operation.Name == name);

    private async Task<int> CountAsync(WalkedOperation operation)
    {
        await PrepareAsync(operation);
        await using var steps = await TracedSteps.AttachAsync(Server.Pid, killAt: 0);
        (await RunAsync(operation)).MustSucceed();
        return steps.Count;
    }

    private async Task WalkAsync(WalkedOperation operation, int step, int all, LeakCheck leaks)
    {
        await PrepareAsync(operation);
        string at;
        await using (var steps = await TracedSteps.AttachAsync(Server.Pid, step))
        {
            await RunAsync(operation);
            at = $"{operation.Name}: killed at step {step} of {all}: {steps.KilledAt ?? "after its end"}";
        }
        await Server.KillAsync();
        await Server.RestartAsync();
        try
        {
            await AssertTrueStatesAsync();
            var again = await RunAsync(operation);
            Assert.True(again.ExitCode == 0 || operation.MaySay(again.Stderr), $"again: {again}");
            await AssertTrueStatesAsync();
            await CleanAsync(leaks);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InvalidOperationException($"{at}\n{error.Message}{(error.Message.Contains("--- engine", StringComparison.Ordinal) ? "" : "\n--- engine\n" + Server.LogTail)}");
        }
    }

    private async Task PrepareAsync(WalkedOperation operation)
    {
        foreach (var command in operation.Before) await Docker.OkAsync(With(command));
    }

    private Task<CommandResult> RunAsync(WalkedOperation operation) => Docker.RunAsync(With(operation.Command));

    private string[] With(string[] command) => [.. command.Select(word => word == WalkedOperation.Archive ? fixture.Archive : word)];

    /// <summary>What a container says of itself is so: a running one has its process and takes an exec, another has none.</summary>
    private async Task AssertTrueStatesAsync()
    {
        foreach (var id in (await Docker.OkAsync("ps", "-aq", "--no-trunc")).Split('\n'))
        {
            var state = (await Docker.OkAsync("inspect", "--format", "{{.State.Status}} {{.State.Pid}} {{.Name}}", id)).Split(' ');
            if (state[0] is "running")
                await Docker.OkAsync("exec", id, "true");
            if (state[0] is "running" or "paused")
                Assert.True(Directory.Exists("/proc/" + state[1]), $"{state[2]} says that it is {state[0]} as process {state[1]}");
            else
                Assert.Equal("0", state[1]);
        }
        Assert.Equal(fixture.SteadyPid, await Docker.OkAsync("inspect", "--format", "{{.State.Pid}}", KillWalkFixture.Steady));
        Assert.Equal("served", (await Server.Network.RunOutsideAsync("curl", "-sS", "-m", "5", $"http://{Server.Network.Address}:8089/")).MustSucceed().Text);
    }

    private async Task CleanAsync(LeakCheck leaks)
    {
        await RemoveAsync("rm -f -v", await Docker.OkAsync("ps", "-a", "--format", "{{.Names}}"), KillWalkFixture.Steady);
        await RemoveAsync("network rm", await Docker.OkAsync("network", "ls", "--format", "{{.Name}}"), "bridge", "host", "none");
        await RemoveAsync("volume rm", await Docker.OkAsync("volume", "ls", "-q"));
        await RemoveAsync("rmi -f", await Docker.OkAsync("images", "--format", "{{if eq .Repository \"<none>\"}}{{.ID}}{{else}}{{.Repository}}:{{.Tag}}{{end}}"), TestImages.Busybox);
        await leaks.AssertNothingLeftAsync();
    }

    private async Task RemoveAsync(string how, string names, params string[] stay)
    {
        var left = names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Except(stay).ToList();
        if (left.Count > 0) await Docker.OkAsync([.. how.Split(' '), .. left]);
    }
}
