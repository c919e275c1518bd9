using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>The server dies as a process dies; containers must not notice, and the next server must know everything.</summary>
public sealed class CrashTests : OwnServerTest
{
    private const string Counting = "trap 'exit 7' TERM; mkdir -p /www; echo served > /www/index.html; httpd -p 80 -h /www; i=0; while :; do i=$((i+1)); echo line $i; usleep 5000; done";
    [Fact]
    public async Task KillServer_RunningContainer_ServesOnAndLosesNothing()
    {
        await Docker.OkAsync("run", "-d", "--name", "web", "-p", "8088:80", "-m", "64m", TestImages.Busybox, "sh", "-c", Counting);
        await ServesAsync();
        var pid = await Docker.OkAsync("inspect", "--format", "{{.State.Pid}} {{.State.StartedAt}}", "web");

        await Server.KillAsync();
        await ServesAsync();
        await Server.RestartAsync();

        await ServesAsync();
        Assert.Equal(pid, await Docker.OkAsync("inspect", "--format", "{{.State.Pid}} {{.State.StartedAt}}", "web"));
        Assert.Equal("inside", await Docker.OkAsync("exec", "web", "echo", "inside"));
        Assert.Matches("MiB / 64MiB|KiB / 64MiB", await Docker.OkAsync("stats", "--no-stream", "--format", "{{.MemUsage}}", "web"));
        Assert.Contains("8088->80", await Docker.OkAsync("ps", "--format", "{{.Ports}}"));
        await Docker.OkAsync("stop", "web");
        Assert.Equal("7", await Docker.OkAsync("inspect", "--format", "{{.State.ExitCode}}", "web"));
        await AssertCompleteLogAsync("web");
    }

    [Fact]
    public async Task KillServer_ContainerEndsMeanwhile_CodeAndLogAreKept()
    {
        await Docker.OkAsync("run", "-di", "--name", "brief", "-p", "8088:80", TestImages.Busybox, "sh", "-c", "for i in 1 2 3 4 5; do echo line $i; done; sleep 1; exit 23");

        await Server.KillAsync();
        await Eventually.TrueAsync(() => !HostState.Processes(Server.CgroupMark).Values.Any(line => line.Contains("exit 23", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => "the container does not end");
        await Server.RestartAsync();

        Assert.Equal("exited 23", await Docker.OkAsync("inspect", "--format", "{{.State.Status}} {{.State.ExitCode}}", "brief"));
        await AssertCompleteLogAsync("brief");
        Assert.Equal("23", await Docker.OkAsync("wait", "brief"));
        (await Docker.RunAsync("start", "-a", "brief")).MustExit(23);
    }

    [Fact]
    public async Task KillServer_InTheMiddleOfStarts_KeepsEveryContainer()
    {
        for (var i = 0; i < 5; i++) await Docker.OkAsync("run", "-d", "--name", $"steady-{i}", TestImages.Busybox, "sh", "-c", Counting);
        for (var round = 0; round < 3; round++)
        {
            await using var cut = Docker.Start("run", "--name", $"cut-{round}", TestImages.Busybox, "sh", "-c", "echo up; sleep 3600");
            await Server.KillAsync();
            await Server.RestartAsync();
            cut.Kill();
        }

        for (var i = 0; i < 5; i++) Assert.Equal("running", await Docker.OkAsync("inspect", "--format", "{{.State.Status}}", $"steady-{i}"));
        await Docker.OkAsync("stop", "steady-0", "steady-1", "steady-2", "steady-3", "steady-4");
        for (var i = 0; i < 5; i++) await AssertCompleteLogAsync($"steady-{i}");
    }

    [Fact]
    public async Task StopServer_Gracefully_LeavesContainersRunning()
    {
        await Docker.OkAsync("run", "-d", "--name", "stays", "-p", "8088:80", TestImages.Busybox, "sh", "-c", Counting);
        await ServesAsync();

        (await Server.StopAsync()).MustExit(0);
        await ServesAsync();
        await Server.RestartAsync();

        Assert.Equal("running", await Docker.OkAsync("inspect", "--format", "{{.State.Status}}", "stays"));
    }

    [Fact]
    public async Task KillServer_Networks_AreThereAgainWithTheirNames()
    {
        var id = await Docker.OkAsync("network", "create", "--subnet", "10.90.0.0/24", "--label", "a=b", "front");
        await Docker.OkAsync("network", "create", "--subnet", "10.91.0.0/24", "idle");
        await Docker.OkAsync("run", "-d", "--name", "web", "--network", "front", "--network-alias", "www", "-p", "8088:80", TestImages.Busybox, "sh", "-c", Counting);
        await Docker.OkAsync("run", "-d", "--name", "other", "--network", "front", TestImages.Busybox, "sleep", "3600");
        await Docker.OkAsync("network", "connect", "idle", "other");
        var before = await Docker.OkAsync("network", "inspect", "front", "idle");
        await ServesAsync();

        await Server.KillAsync();
        await ServesAsync();
        await Server.RestartAsync();

        Assert.Equal(before, await Docker.OkAsync("network", "inspect", "front", "idle"));
        await ServesAsync();
        await Docker.OkAsync("exec", "other", "ping", "-c", "1", "-W", "5", await Docker.OkAsync("inspect", "--format", "{{.NetworkSettings.Networks.front.IPAddress}}", "web"));
        Assert.Contains("10.90.0.2", await Docker.OkAsync("exec", "other", "nslookup", "www", "127.0.0.11"));
        // Addresses that are in use are not given twice.
        Assert.Contains("10.90.0.4/24", await Docker.OkAsync("run", "--rm", "--network", "front", TestImages.Busybox, "ip", "addr"));
        await Docker.OkAsync("network", "disconnect", "idle", "other");
        await Docker.OkAsync("rm", "-f", "web", "other");
        await Docker.OkAsync("network", "rm", id, "idle");
        Assert.DoesNotContain("br-", (await Server.Network.RunInsideAsync("ip", "-o", "link")).Text);
    }

    [Fact]
    public async Task SecondServer_SameRoots_IsRefused()
    {
        var second = await new Command(
        [
            .. Server.Network.Inside, "dotnet", TestPlaces.ServerAssembly, "--urls", "http://127.0.0.1:0", "--docker-host", "unix://" + Server.SocketPath + ".second",
            "--data-root", Server.DataRoot, "--run-root", Server.RunRoot,
        ]).RunAsync();

        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains(Server.RunRoot, second.AllOutput.Replace(Server.DataRoot, Server.RunRoot, StringComparison.Ordinal));
        await Docker.OkAsync("ps");
    }

    // "line 1" … "line N" without a gap: what was written while no server lived is there too.
    private async Task AssertCompleteLogAsync(string container)
    {
        var lines = (await Docker.RunAsync("logs", container)).MustSucceed().Lines;
        Assert.NotEmpty(lines);
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(i => $"line {i}"), lines);
    }
}
