using System.Globalization;
using System.Text.Json;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class InspectContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Inspect_Running_SaysHowItWasStarted()
    {
        var id = await RunIdleAsync("--name", "seen", "-m", "64m", "--cpus", "0.5", "-e", "A=1", "-l", "k=v", "-w", "/tmp", "-u", "app", "--hostname", "box");

        var container = JsonDocument.Parse(await Docker.OkAsync("inspect", "seen")).RootElement[0];

        Assert.Equal(id, container.GetProperty("Id").GetString());
        Assert.Equal("/seen", container.GetProperty("Name").GetString());
        Assert.Equal("sh", container.GetProperty("Path").GetString());
        Assert.Equal(TestImages.BusyboxImage.Id, container.GetProperty("Image").GetString());
        Assert.Equal("overlay2", container.GetProperty("Driver").GetString());
        var config = container.GetProperty("Config");
        Assert.Equal(TestImages.Busybox, config.GetProperty("Image").GetString());
        Assert.Equal("app", config.GetProperty("User").GetString());
        Assert.Equal("/tmp", config.GetProperty("WorkingDir").GetString());
        Assert.Equal("box", config.GetProperty("Hostname").GetString());
        Assert.Equal("v", config.GetProperty("Labels").GetProperty("k").GetString());
        Assert.Contains("A=1", config.GetProperty("Env").EnumerateArray().Select(each => each.GetString()));
        var host = container.GetProperty("HostConfig");
        Assert.Equal(64 << 20, host.GetProperty("Memory").GetInt64());
        Assert.Equal(500_000_000, host.GetProperty("NanoCpus").GetInt64());
        var state = container.GetProperty("State");
        Assert.Equal("running", state.GetProperty("Status").GetString());
        Assert.True(Directory.Exists($"/proc/{state.GetProperty("Pid").GetInt32()}"));
        Assert.Equal("0001-01-01T00:00:00Z", state.GetProperty("FinishedAt").GetString());
        Assert.True(File.Exists(container.GetProperty("LogPath").GetString()));
    }

    [Fact]
    public async Task Inspect_Exited_HasCodeAndTimes()
    {
        (await Docker.RunAsync("run", "--name", "over", TestImages.Busybox, "sh", "-c", "exit 5")).MustExit(5);

        Assert.Equal("exited 5 false 0", await InspectAsync("over", "{{.State.Status}} {{.State.ExitCode}} {{.State.Running}} {{.State.Pid}}"));
        var times = (await InspectAsync("over", "{{.Created}} {{.State.StartedAt}} {{.State.FinishedAt}}")).Split(' ')
            .Select(time => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)).ToList();
        Assert.True(times[0] < times[1] && times[0] < times[2], string.Join(' ', times));
        // Docker takes the two times in different processes, and a short run can end before it started.
        Assert.True(!Host.IsDashboard || times[1] <= times[2], string.Join(' ', times));
    }

    [Fact]
    public async Task Inspect_IdPrefix_IsEnough()
    {
        var id = await Docker.OkAsync("create", TestImages.Busybox, "true");

        Assert.Equal(id, await InspectAsync(id[..8], "{{.Id}}"));
    }

    [Fact]
    public async Task Inspect_Unknown_IsNoSuchObject() => AssertContains("o such object: nobody", (await Docker.RunAsync("inspect", "nobody")).MustExit(1));

    [Fact]
    public async Task Top_Running_ListsItsProcesses()
    {
        await RunIdleAsync("--name", "busy");

        var lines = (await Docker.RunAsync("top", "busy")).MustSucceed().Lines;

        Assert.Matches(@"^UID\s+PID\s+PPID\s+C\s+STIME\s+TTY\s+TIME\s+CMD", lines[0]);
        Assert.Contains(lines, line => line.Contains("sleep 3600", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Top_WithColumns_TakesPsOptions()
    {
        await RunIdleAsync("--name", "busy");

        var lines = (await Docker.RunAsync("top", "busy", "-o", "pid,comm")).MustSucceed().Lines;

        Assert.Matches(@"^PID\s+COMMAND", lines[0]);
    }

    [Fact]
    public async Task Stats_Once_HasMemoryAndLimit()
    {
        await RunIdleAsync("--name", "measured", "-m", "64m");

        var row = await Docker.OkAsync("stats", "--no-stream", "--format", "{{.Name}}|{{.MemUsage}}|{{.PIDs}}|{{.CPUPerc}}", "measured");

        Assert.Matches(@"^measured\|[\d.]+[KM]iB / 64MiB\|[1-9]\d*\|[\d.]+%$", row);
    }

    [Fact]
    public async Task Stats_BusyContainer_ShowsItsProcessor()
    {
        await Docker.OkAsync("run", "-d", "--name", "hot", "--cpus", "0.5", TestImages.Busybox, "sh", "-c", "while :; do :; done");

        var percent = await Docker.OkAsync("stats", "--no-stream", "--format", "{{.CPUPerc}}", "hot");

        Assert.InRange(double.Parse(percent.TrimEnd('%')), 15, 80);
    }

    [Fact]
    public async Task Stats_Network_CountsWhatItSends()
    {
        await RunIdleAsync("--name", "sender");
        await Docker.OkAsync("exec", "sender", "ping", "-c", "3", "-i", "0.1", "-s", "1000", Host.Network.Address);

        Assert.DoesNotMatch("^0B / 0B$", await Docker.OkAsync("stats", "--no-stream", "--format", "{{.NetIO}}", "sender"));
    }

    [Fact]
    public async Task Version_Server_IsNamed()
    {
        var server = JsonDocument.Parse(await Docker.OkAsync("version", "--format", "{{json .Server}}")).RootElement;

        Assert.Equal("linux", server.GetProperty("Os").GetString());
        Assert.Matches(@"^1\.\d+$", server.GetProperty("ApiVersion").GetString());
        Assert.NotEmpty(server.GetProperty("Version").GetString()!);
    }

    [Fact]
    public async Task Info_Counts_AreTrue()
    {
        await RunIdleAsync();
        await Docker.OkAsync("create", TestImages.Busybox, "true");

        Assert.Equal("2 1 0 1 linux overlay2", await Docker.OkAsync(
            "info", "--format", "{{.Containers}} {{.ContainersRunning}} {{.ContainersPaused}} {{.ContainersStopped}} {{.OSType}} {{.Driver}}"));
        Assert.Contains("Server Version:", await Docker.OkAsync("info"));
    }
}
