using System.Text.Json;
using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>The rarer keys of a compose file, each asked from inside of the container that has it.</summary>
public abstract class ComposeOptionsContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Addresses_HostsAndResolver_AreTheFilesOwn()
    {
        await UpAsync("host");

        Assert.Equal("odd-host", await InAsync("host", "hostname"));
        var hosts = await InAsync("host", "cat /etc/hosts");
        Assert.Matches(@"192\.0\.2\.7\s+elsewhere", hosts);
        Assert.Matches(@"2001:db8::7\s+six", hosts);
        Assert.Matches(@"\d+\.\d+\.\d+\.\d+\s+gate", hosts);
        Assert.Matches(@"10\.99\.7\.20\s+odd-host\.example\.test odd-host", hosts);
        var resolver = await InAsync("host", "cat /etc/resolv.conf");
        Assert.Contains("nameserver 127.0.0.11", resolver);
        Assert.Contains("search example.test", resolver);
        Assert.Contains("timeout:1", resolver);
        Assert.Contains("10.99.7.20/24", await InAsync("host", "ip -o -4 addr"));
        Assert.Equal("10.99.7.20", await InspectAsync("odd_host_1", "{{.NetworkSettings.Networks.odd_plan.IPAddress}}"));
        Assert.Contains("02:42:0a:63:00:09", await InAsync("host", "ip link"));
        var ipam = JsonDocument.Parse(await Docker.OkAsync("network", "inspect", "-f", "{{json .IPAM.Config}}", "odd_plan")).RootElement[0];
        Assert.Equal("10.99.7.128/25", ipam.GetProperty("IPRange").GetString());
        Assert.StartsWith("10.99.7.1", await Docker.OkAsync("run", "--rm", "--network", "odd_plan", TestImages.Busybox, "sh", "-c", "hostname -i"));
        Assert.Contains("10.99.7.20", await Docker.OkAsync("run", "--rm", "--network", "odd_plan", TestImages.Busybox, "nslookup", "planned", "127.0.0.11"));
    }

    [Fact]
    public async Task Limits_AreInForce()
    {
        await UpAsync("limits");

        Assert.Matches("Max open files +500 +600 ", await InAsync("limits", "cat /proc/1/limits"));
        Assert.Matches("Max core file size +0 +0 ", await InAsync("limits", "cat /proc/1/limits"));
        Assert.Equal("99 0", await InAsync("limits", "echo $(cat /proc/sys/net/core/somaxconn /proc/sys/net/ipv4/ip_unprivileged_port_start)"));
        Assert.Equal("200", await InAsync("limits", "cat /proc/1/oom_score_adj"));
        Assert.Contains("size=3072k", await InAsync("limits", "grep ' /dev/shm ' /proc/mounts"));
        Assert.Contains("size=2048k", await InAsync("limits", "grep ' /fast ' /proc/mounts"));
        Assert.Equal("67108864 500000000 300 55", await InspectAsync("odd_limits_1", "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.CpuShares}} {{.HostConfig.PidsLimit}}"));
    }

    [Fact]
    public async Task Confinement_UserCapabilitiesAndReadOnly_AreInForce()
    {
        var odd = await UpAsync("confined");

        Assert.Contains("entered /work as 1000:2000", await odd.OkAsync("logs", "--no-color", "confined"));
        Assert.Equal("1000 2000 3000", await InAsync("confined", "echo $(id -u) $(id -G)"));
        Assert.Equal("0000000000000400", await InAsync("confined", "sed -n 's/^CapBnd:\t//p' /proc/1/status"));
        Assert.Equal("1", await InAsync("confined", "sed -n 's/^NoNewPrivs:\t//p' /proc/1/status"));
        Assert.Contains("Read-only file system", (await Docker.RunAsync("exec", "-u", "0", "odd_confined_1", "touch", "/x")).MustExit(1).AllOutput);
        Assert.Equal("written", await InAsync("confined", "echo written > /scratch/a && echo mine > /work/b && cat /scratch/a"));
        Assert.Matches(@"/scratch tmpfs rw,[^ ]*noexec[^ ]*size=1024k", await InAsync("confined", "cat /proc/mounts"));
        // init is the first process, and the command the second.
        Assert.DoesNotMatch("^sh ", await InAsync("confined", "tr '\\0' ' ' < /proc/1/cmdline"));
    }

    [Fact]
    public async Task Files_SecretsVolumesAndEnvironment_AreThere()
    {
        await UpAsync((await OddAsync()).With("HANDED", "over"), "files", "reader");

        Assert.Equal("open sesame open sesame", await InAsync("files", "echo $(cat /run/secrets/password /run/secrets/other-name)"));
        Assert.Contains("Read-only", (await Docker.RunAsync("exec", "odd_files_1", "sh", "-c", "echo > /run/secrets/password")).MustExit(1).AllOutput);
        Assert.Equal("one two|from the file||over|http://x/?a=b#c", await InAsync("files", "echo \"$FIRST|$SECOND|$EMPTY|$HANDED|$URL\""));
        Assert.Contains("FIRST=one two", await InAsync("files", "cat /conf/one.env /files/one.env"));
        Assert.Equal("4", await InAsync("files", "head -c 4 /dev/nought | wc -c"));
        await InAsync("files", "echo one > /shared/x; echo two > /anonymous/x");
        Assert.Equal("one two", await InAsync("reader", "echo $(cat /shared/x /anonymous/x)"));
        Assert.Contains("Read-only", (await Docker.RunAsync("exec", "odd_reader_1", "touch", "/shared/y")).MustExit(1).AllOutput);
        Assert.Equal("true true a,b 7", await InspectAsync("odd_files_1", "{{.Config.Tty}} {{.Config.OpenStdin}} {{index .Config.Labels \"com.example.list\"}} {{index .Config.Labels \"com.example.number\"}}"));
        Assert.Contains("odd-by-its-own-name", await Docker.OkAsync("volume", "ls", "-q"));
    }

    [Fact]
    public async Task NetworkModes_ServiceNoneBridgeAndLinks_AreAsked()
    {
        var odd = await UpAsync("host", "guest", "old", "alone", "bridged");

        Assert.Equal(await NetworkNamespaceAsync("odd_host_1"), await NetworkNamespaceAsync("odd_guest_1"));
        Assert.Contains("10.99.7.20", await InAsync("guest", "ip -o -4 addr"));
        Assert.Equal(File.ReadAllText("/proc/1/comm").Trim(), await InAsync("guest", "cat /proc/1/comm"));
        Assert.Contains(await InspectAsync("odd_host_1", "{{.NetworkSettings.Networks.odd_plain.IPAddress}}"), await InAsync("old", "nslookup shortcut 127.0.0.11"));
        await InAsync("old", "ping -c 1 -W 5 shortcut");
        Assert.Equal("lo", await InAsync("alone", "ls /sys/class/net"));
        Assert.Equal("bridge", await InspectAsync("odd_bridged_1", "{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}"));

        // What another's network lives in is stopped and started again, and so is the guest.
        await odd.OkAsync("restart", "-t", "5", "host");
        await odd.OkAsync("restart", "-t", "5", "guest");
        Assert.Equal(await NetworkNamespaceAsync("odd_host_1"), await NetworkNamespaceAsync("odd_guest_1"));
    }

    [Fact]
    public async Task Logging_OptionsOfTheDriver_AreInForce()
    {
        var odd = await UpAsync("noisy", "silent");
        await Docker.OkAsync("wait", "odd_noisy_1", "odd_silent_1");

        var log = await odd.OkAsync("logs", "--no-color", "noisy");
        Assert.Contains("line 2999 of a log that is cut", log);
        Assert.DoesNotContain("line 0 of", log);
        Assert.InRange(log.Split('\n').Length, 50, 1500);
        Assert.Equal("map[max-file:2 max-size:20k tag:noisy]", await InspectAsync("odd_noisy_1", "{{.HostConfig.LogConfig.Config}}"));
        Assert.DoesNotContain("never seen", (await odd.RunAsync("logs", "--no-color", "silent")).AllOutput);
    }

    [Fact]
    public async Task RestartOnFailure_EndsWithTheFirstSuccess()
    {
        var odd = await UpAsync("flaky");

        await Eventually.GetAsync<object>(
            async () => await InspectAsync("odd_flaky_1", "{{.State.Status}} {{.State.ExitCode}} {{.RestartCount}}") == "exited 0 2" ? "" : null, TimeSpan.FromSeconds(20), () => "it does not come to its success");

        Assert.Equal("try 1\ntry 2\ntry 3", string.Join('\n', (await Docker.OkAsync("logs", "odd_flaky_1")).Split('\n')));
        Assert.Equal("{on-failure 5}", await InspectAsync("odd_flaky_1", "{{.HostConfig.RestartPolicy}}"));
        Assert.Matches("odd_flaky_1 .* Exit 0", await odd.OkAsync("ps", "-a"));
    }

    [Fact]
    public async Task StopSignalAndGrace_AreTheServicesOwn()
    {
        var odd = await UpAsync("stubborn");
        await Eventually.GetAsync<object>(async () => await Docker.OkAsync("logs", "odd_stubborn_1") == "set" ? "" : null, TimeSpan.FromSeconds(10), () => "no trap");
        await odd.OkAsync("stop");
        Assert.Equal("exited 3", await InspectAsync("odd_stubborn_1", "{{.State.Status}} {{.State.ExitCode}}"));

        odd = odd.With("STOP_SIGNAL", "SIGTERM");
        await odd.OkAsync("up", "-d", "stubborn");
        await Eventually.GetAsync<object>(async () => await Docker.OkAsync("logs", "odd_stubborn_1") == "set" ? "" : null, TimeSpan.FromSeconds(10), () => "no trap");
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await odd.OkAsync("stop");
        Assert.Equal("exited 137", await InspectAsync("odd_stubborn_1", "{{.State.Status}} {{.State.ExitCode}}"));
        Assert.InRange(watch.Elapsed.TotalSeconds, 1, 9);
        Assert.Equal("set\nno", await Docker.OkAsync("logs", "odd_stubborn_1"));
    }

    private async Task<string?> NetworkNamespaceAsync(string container) => new FileInfo($"/proc/{await InspectAsync(container, "{{.State.Pid}}")}/ns/net").LinkTarget;

    private Task<ComposeCli> OddAsync() => ComposeCli.ForAsync(Host, "odd");

    private async Task<ComposeCli> UpAsync(params string[] services) => await UpAsync(await OddAsync(), services);

    private static async Task<ComposeCli> UpAsync(ComposeCli odd, params string[] services)
    {
        await odd.OkAsync(["up", "-d", .. services]);
        return odd;
    }

    private Task<string> InAsync(string service, string script) => Docker.OkAsync("exec", $"odd_{service}_1", "sh", "-c", script);
}
