using System.Text.Json;
using Dashboard.Tests.Contracts;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Faults;

/// <summary>200 containers started at once, with 16 requests on their way at any time: all run, all go, nothing stays.</summary>
public sealed class CrowdTests : IAsyncLifetime
{
    private const int Count = 200;
    private const int AtOnce = 16;
    private DashboardServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await DashboardServer.StartAsync();
        (await _server.Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
        await _server.Docker.OkAsync("run", "--rm", TestImages.Busybox, "true");
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Start_TwoHundredAtOnce_AllRunAndLeaveNothing()
    {
        await EachAsync(AtOnce, i => RequestAsync("GET", $"/v1.41/containers/none-{i}/json", null, 404));
        var leaks = await LeakCheck.BeginAsync(_server);
        var descriptors = HostState.DescriptorsOf(_server.Pid);

        await EachAsync(Count, async i =>
        {
            await RequestAsync("POST", $"/v1.41/containers/create?name=crowd-{i}", """{"Image":"busybox:latest","Cmd":["sleep","3600"]}""", 201);
            await RequestAsync("POST", $"/v1.41/containers/crowd-{i}/start", null, 204);
        });

        var running = JsonDocument.Parse(await RequestAsync("GET", "/v1.41/containers/json", null, 200)).RootElement.EnumerateArray().ToList();
        Assert.Equal(Count, running.Count);
        Assert.Equal(Count, running.Select(each => each.GetProperty("NetworkSettings").GetProperty("Networks").GetProperty("bridge").GetProperty("IPAddress").GetString()).Distinct().Count());

        await EachAsync(Count, i => RequestAsync("DELETE", $"/v1.41/containers/crowd-{i}?force=1", null, 204));
        await leaks.AssertNothingLeftAsync();
        // Pools of connections may have grown with the crowd.
        await Eventually.TrueAsync(() => HostState.DescriptorsOf(_server.Pid) <= descriptors + AtOnce, TimeSpan.FromSeconds(20), () => $"{descriptors} descriptors before, {HostState.DescriptorsOf(_server.Pid)} after");
    }

    private static Task EachAsync(int count, Func<int, Task> work) => Parallel.ForEachAsync(
        Enumerable.Range(0, count),
        new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = TestContext.Current.CancellationToken },
        async (i, _) => await work(i));

    private async Task<string> RequestAsync(string method, string path, string? json, int status)
    {
        using var wire = await WireConnection.OpenAsync(_server.SocketPath);
        await wire.SendAsync(method, path, json, "Connection: close");
        var body = wire.Status == 204 ? "" : await wire.ReadTextAsync();
        Assert.True(wire.Status == status, $"{method} {path}: {wire.Status} {body}");
        return body;
    }
}
