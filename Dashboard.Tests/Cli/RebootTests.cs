using System.Globalization;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>The host goes down and comes back: processes, mounts, cgroups, interfaces, rules and the run-root are gone, the data-root is there.</summary>
public sealed class RebootTests : OwnServerTest
{
    [Fact]
    public async Task Reboot_RestartPolicies_BringBackWhatTheyPromise()
    {
        foreach (var policy in (string[])["always", "unless-stopped", "on-failure", "no"])
        {
            await SleepAsync($"{policy}-ran", "--restart", policy);
            await SleepAsync($"{policy}-stopped", "--restart", policy);
            await Docker.OkAsync("stop", "-t", "0", $"{policy}-stopped");
        }
        await Docker.OkAsync("create", "--name", "never-started", "--restart", "always", TestImages.Busybox, "true");
        await SleepAsync("brief", "--rm");

        await RebootAsync();

        Assert.Equal(
            [
                "always-ran running 0", "always-stopped running 0", "never-started created 0", "no-ran exited 255", "no-stopped exited 137",
                "on-failure-ran running 0", "on-failure-stopped exited 137", "unless-stopped-ran running 0", "unless-stopped-stopped exited 137",
            ],
            await StatesAsync());
    }

    [Fact]
    public async Task Reboot_WhoNeedsAnother_StartsAfterIt()
    {
        string[] always = ["--restart", "always"];
        // Made in an order that is wrong for the start, with names in the opposite one.
        await SleepAsync("c-database", [.. always, "--hostname", "database"]);
        await SleepAsync("b-linked", [.. always, "--link", "c-database:db"]);
        await SleepAsync("a-sidecar", [.. always, "--network", "container:b-linked"]);
        await SleepAsync("a-debugger", [.. always, "--pid", "container:a-sidecar"]);

        await RebootAsync();

        Assert.Equal(["a-debugger running 0", "a-sidecar running 0", "b-linked running 0", "c-database running 0"], await StatesAsync());
        var starts = await Task.WhenAll(((string[])["c-database", "b-linked", "a-sidecar", "a-debugger"]).Select(StartedAtAsync));
        Assert.Equal(starts.Order(), starts);
        Assert.Contains("c-database", await Docker.OkAsync("exec", "b-linked", "cat", "/etc/hosts"));
        Assert.Equal(await Docker.OkAsync("exec", "b-linked", "readlink", "/proc/self/ns/net"), await Docker.OkAsync("exec", "a-sidecar", "readlink", "/proc/self/ns/net"));
    }

    [Fact]
    public async Task Reboot_NetworksPortsVolumesAndLogs_AreAsTheyWere()
    {
        await Docker.OkAsync("network", "create", "--subnet", "10.90.0.0/24", "front");
        await Docker.OkAsync(
            "run", "-d", "--name", "web", "--restart", "always", "--network", "front", "--ip", "10.90.0.77", "-p", "8088:80", "-v", "pages:/www",
            TestImages.Busybox, "sh", "-c", "echo begun; [ -e /www/index.html ] || echo served > /www/index.html; httpd -f -p 80 -h /www");
        await SleepAsync("client", "--restart", "always", "--network", "front");
        await ServesAsync();

        await RebootAsync();

        await ServesAsync();
        Assert.Equal("10.90.0.77", await Docker.OkAsync("inspect", "--format", "{{.NetworkSettings.Networks.front.IPAddress}}", "web"));
        Assert.Equal("served", await Docker.OkAsync("exec", "client", "wget", "-q", "-O", "-", "http://web/"));
        Assert.Equal("begun\nbegun", await Docker.OkAsync("logs", "web"));
        await Docker.OkAsync("rm", "-f", "web", "client");
        await Docker.OkAsync("network", "rm", "front");
        await Docker.OkAsync("volume", "rm", "pages");
    }

    private Task<string> SleepAsync(string name, params string[] options) =>
        Docker.OkAsync(["run", "-d", "--name", name, .. options, TestImages.Busybox, "sleep", "3600"]);

    private async Task<string[]> StatesAsync()
    {
        var names = (await Docker.OkAsync("ps", "-a", "--format", "{{.Names}}")).Split('\n').Order(StringComparer.Ordinal).ToArray();
        return (await Docker.OkAsync(["inspect", "--format", "{{slice .Name 1}} {{.State.Status}} {{.State.ExitCode}}", .. names])).Split('\n');
    }

    private async Task<DateTimeOffset> StartedAtAsync(string name) =>
        DateTimeOffset.Parse(await Docker.OkAsync("inspect", "--format", "{{.State.StartedAt}}", name), CultureInfo.InvariantCulture);

    private async Task RebootAsync()
    {
        await Server.KillAsync();
        foreach (var pid in HostState.Processes(Server.CgroupMark, Server.RunRoot).Keys) await Command.RunAsync("kill", "-KILL", pid.ToString(CultureInfo.InvariantCulture));
        await Eventually.TrueAsync(() => HostState.Processes(Server.CgroupMark, Server.RunRoot).Count == 0, TimeSpan.FromSeconds(10), () => "killed processes stay");
        await HostState.UnmountBelowAsync(Server.RunRoot);
        await HostState.UnmountBelowAsync(Server.DataRoot);
        HostState.RemoveCgroups(Server.CgroupMark);
        Directory.Delete(Server.RunRoot, recursive: true);
        (await Server.Network.RunInsideAsync("nft", "flush", "ruleset")).MustSucceed();
        foreach (var line in (await Server.Network.RunInsideAsync("ip", "-o", "link", "show", "type", "bridge")).MustSucceed().Lines)
            (await Server.Network.RunInsideAsync("ip", "link", "del", line.Split(": ")[1])).MustSucceed();
        await Server.RestartAsync();
    }
}
