using System.Net.Sockets;
using System.Text.Json;
using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Contracts;

/// <summary>GET /dashboard/v1/stats: one line a second with all running containers, in Docker's shape of stats.</summary>
[Collection(typeof(DashboardHost))]
public sealed class AllStatsTests(DashboardFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Stream_ContainersComeAndGo_GoesOn()
    {
        await RunIdleAsync("--name", "stays", "-m", "64m");
        using var lines = await OpenAsync();
        var first = await UntilAsync(lines, names => names is ["/stays"]);
        Assert.Equal(64 << 20, first[0].GetProperty("memory_stats").GetProperty("limit").GetInt64());

        // Each vanishes while it may be being read.
        for (var i = 0; i < 10; i++) await Docker.OkAsync("run", "--rm", TestImages.Busybox, "true");
        await RunIdleAsync("--name", "comes");
        await UntilAsync(lines, names => names is ["/comes", "/stays"]);
        await Docker.OkAsync("rm", "-f", "comes");
        var last = await UntilAsync(lines, names => names is ["/stays"]);

        // The change since the line before is in it, as in Docker's stream of one container.
        Assert.True(last[0].GetProperty("cpu_stats").GetProperty("system_cpu_usage").GetUInt64() > last[0].GetProperty("precpu_stats").GetProperty("system_cpu_usage").GetUInt64());
    }

    [Fact]
    public async Task Stream_NoContainers_IsAnEmptyList()
    {
        using var lines = await OpenAsync();

        Assert.Equal("[]", await lines.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    private async Task<StreamReader> OpenAsync()
    {
        var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(Host.SocketPath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        return new StreamReader(await client.GetStreamAsync("http://docker/dashboard/v1/stats", TestContext.Current.CancellationToken));
    }

    /// <summary>The first line whose names, in order, are the wanted ones.</summary>
    private static async Task<JsonElement[]> UntilAsync(StreamReader lines, Func<string[], bool> wanted)
    {
        for (var seen = 0; seen < 30; seen++)
        {
            var line = await lines.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new EndOfStreamException("the stream of stats ended");
            JsonElement[] all = [.. JsonDocument.Parse(line).RootElement.EnumerateArray()];
            if (wanted([.. all.Select(each => each.GetProperty("name").GetString()!).Order(StringComparer.Ordinal)])) return all;
        }

        throw new TimeoutException("30 seconds of stats without the expected containers");
    }
}
