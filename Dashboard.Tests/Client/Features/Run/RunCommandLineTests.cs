using CsCheck;
using Dashboard.Client.Features.Run;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Client.Features.Run;

public sealed class RunCommandLineTests
{
    private static readonly RunPlan s_full = new()
    {
        Image = "nginx:1.27",
        Name = "web",
        Command = ["nginx", "-g", "daemon off;"],
        Ports = [new("", "8080", 80, "tcp"), new("127.0.0.1", "", 443, "tcp"), new("::1", "53", 53, "udp"), new("", "", 9000, "udp")],
        Environment = ["GREETING=it's me", "EMPTY="],
        Binds = ["/srv/my data:/data:ro"],
        Memory = 1536L << 20,
        NanoCpus = 500_000_000,
        Restart = RunPlan.OnFailure,
        Retries = 3,
        Network = "host",
        Tty = true,
        Interactive = true,
        RemoveAtExit = true,
    };

    [Fact]
    public void Of_Everything_IsWhatOneWouldType() => Assert.Equal(
        "docker run -d -i -t --rm --name web -p 8080:80 -p 127.0.0.1::443 -p '[::1]:53:53/udp' -p 9000/udp -e 'GREETING=it'\\''s me' -e EMPTY= -v '/srv/my data:/data:ro' -m 1536m --cpus 0.5 --restart on-failure:3 --network host nginx:1.27 nginx -g 'daemon off;'",
        RunCommandLine.Of(s_full));

    [Fact]
    public void Of_Nothing_IsShort() => Assert.Equal("docker run -d busybox", RunCommandLine.Of(new RunPlan { Image = "busybox" }));

    [Fact]
    public async Task Line_OfAnything_IsReadBackByAShell()
    {
        var plans = Gen.Select(ShellWordsTests.Nasty.List[0, 5], ShellWordsTests.Nasty.List[0, 4], ShellWordsTests.Nasty).Select((command, values, bind) => s_full with
        {
            Command = command,
            Environment = [.. values.Select((value, index) => $"K{index}={value}")],
            Binds = [$"/{bind}:/data"],
        }).Array[40].Single();
        foreach (var plan in plans)
        {
            Assert.Equal(RunCommandLine.Words(plan), await ReadByShellAsync(RunCommandLine.Of(plan)));
            Assert.Equal(RunCommandLine.Words(plan), await ReadByShellAsync(RunCommandLine.Folded(plan)));
        }
    }

    [Fact]
    public void ToParameters_Everything_SaysTheSame()
    {
        var parameters = s_full.ToParameters();

        Assert.Equal(["443/tcp", "53/udp", "80/tcp", "9000/udp"], parameters.ExposedPorts!.Keys.Order(StringComparer.Ordinal));
        var binding = parameters.HostConfig!.PortBindings!["443/tcp"]![0];
        Assert.Equal(("127.0.0.1", ""), (binding.HostIP, binding.HostPort));
        Assert.Equal((1536L << 20, 500_000_000L, "host", true), (parameters.HostConfig.Memory, parameters.HostConfig.NanoCPUs, parameters.HostConfig.NetworkMode, parameters.HostConfig.AutoRemove));
        Assert.Equal((true, true, 3L), (parameters.Tty, parameters.OpenStdin, parameters.HostConfig.RestartPolicy.MaximumRetryCount));
    }

    private static async Task<IEnumerable<string>> ReadByShellAsync(string line)
    {
        var output = (await Command.RunAsync("sh", "-c", $"printf '%s\\0' {line}")).MustSucceed().Stdout;
        return output.Split('\0')[..^1];
    }
}
