using System.Globalization;
using Dashboard.Tests.Shared;

namespace Dashboard.Bench;

/// <summary>What the way through a published port costs, and how fast a name of a network is told.</summary>
internal sealed class NetworkWork(IReadOnlyList<Contestant> contestants)
{
    private const int Rounds = 7;
    private const string Port = "8090";

    // 2,000 questions over one socket, the median in ms.
    private const string Ask =
        """
        import socket, statistics, time
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.connect(('127.0.0.11', 53))
        q = b'\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x06server\x00\x00\x01\x00\x01'
        took = []
        for _ in range(2000):
            t = time.perf_counter(); s.send(q); a = s.recv(512); took.append(time.perf_counter() - t)
            assert a[6:8] == b'\x00\x01', a
        print(statistics.median(took) * 1000)
        """;

    public async Task PortAsync()
    {
        foreach (var each in contestants)
        {
            var docker = each.Host.Docker;
            var id = await docker.OkAsync("run", "-d", "-p", Port + ":80", TestImages.Busybox, "sh", "-c", "dd if=/dev/zero of=/big bs=1M count=256 2>/dev/null; exec httpd -f -p 80 -h /");
            var address = await docker.OkAsync("inspect", "--format", "{{.NetworkSettings.IPAddress}}", id);
            await Eventually.GetAsync<object>(async () => await SpeedAsync(each, address + "/etc/passwd") > 0 ? "" : null, TimeSpan.FromSeconds(30), () => "the container does not serve");
            var (port, direct) = (new List<double>(), new List<double>());
            for (var i = 0; i < Rounds; i++)
            {
                direct.Add(await SpeedAsync(each, address + "/big"));
                port.Add(await SpeedAsync(each, $"127.0.0.1:{Port}/big"));
            }
            direct.Sort();
            port.Sort();
            each["published port on loopback, share of the container's own speed"].Add(port[Rounds / 2] / direct[Rounds / 2]);
            await each.Client.RemoveAsync(id);
        }
    }

    public async Task NamesAsync()
    {
        foreach (var each in contestants)
        {
            var docker = each.Host.Docker;
            await docker.OkAsync("network", "create", "names");
            var server = await docker.OkAsync("run", "-d", "--network", "names", "--name", "server", TestImages.Busybox, "sleep", "3600");
            var pid = await docker.OkAsync("inspect", "--format", "{{.State.Pid}}", server);
            for (var i = 0; i < 3; i++)
            {
                var asked = (await Command.RunAsync("nsenter", $"--net=/proc/{pid}/ns/net", "python3", "-c", Ask)).MustSucceed();
                each["embedded DNS, a name of the network (ms)"].Add(double.Parse(asked.Text, CultureInfo.InvariantCulture));
            }
            await each.Client.RemoveAsync(server);
            await docker.OkAsync("network", "rm", "names");
        }
    }

    // Bytes a second; 0 when nothing came.
    private static async Task<double> SpeedAsync(Contestant each, string path) =>
        await each.Host.Network.RunInsideAsync("curl", "-sf", "-o", "/dev/null", "-w", "%{speed_download}", "http://" + path) is { ExitCode: 0 } got
            ? double.Parse(got.Text, CultureInfo.InvariantCulture)
            : 0;
}
