using Dashboard.Tests.Contracts;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Faults;

/// <summary>Clients that ask for streams and never read them: they cost a bounded amount, hold up nobody else, and leave nothing when they go.</summary>
public sealed class UnreadStreamsTests : IAsyncLifetime
{
    private const int Clients = 8;
    private const long Produced = 200 << 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private DashboardServer _server = null!;

    private DockerCli Docker => _server.Docker;

    public async ValueTask InitializeAsync()
    {
        _server = await DashboardServer.StartAsync();
        (await Docker.WithStdinAsync(TestImages.BusyboxImage.ToDockerArchive(), "load")).MustSucceed();
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Streams_NeverRead_AreBoundedHoldUpNobodyAndAreReleased()
    {
        var logged = await LoudAsync("logged");
        var attached = await LoudAsync("attached");
        await Docker.OkAsync("stats", "--no-stream");
        await WrittenAsync(logged, 20 << 20);
        var (descriptors, memory) = (HostState.DescriptorsOf(_server.Pid), HostState.MemoryOf(_server.Pid));

        var unread = new List<WireConnection>();
        for (var i = 0; i < Clients; i++)
        {
            unread.Add(await AskAsync("GET", "/v1.41/containers/logged/logs?follow=1&stdout=1"));
            unread.Add(await AskAsync("GET", "/v1.41/containers/logged/stats"));
            unread.Add(await AskAsync("GET", "/v1.41/events?since=1"));
            unread.Add(await AskAsync("GET", "/v1.41/images/json?all=1"));
        }
        unread.Add(await AskAsync("POST", "/v1.41/containers/attached/attach?stream=1&stdout=1&stderr=1"));
        await WrittenAsync(logged, HostState.WrittenBy(logged) + Produced);

        Assert.InRange(HostState.MemoryOf(_server.Pid) - memory, long.MinValue, 160 << 20);
        Assert.Equal("fine", await Docker.OkAsync("run", "--rm", TestImages.Busybox, "echo", "fine"));
        Assert.Equal("inside", await Docker.OkAsync("exec", "attached", "echo", "inside"));
        foreach (var connection in unread) connection.Dispose();

        // The one that waited for its reader goes on without it.
        await WrittenAsync(attached, HostState.WrittenBy(attached) + (20 << 20));
        await Eventually.TrueAsync(() => HostState.DescriptorsOf(_server.Pid) <= descriptors + 8, s_patience, () => $"{descriptors} descriptors before, {HostState.DescriptorsOf(_server.Pid)} after");
    }

    /// <summary>The pid of a container that writes as fast as it can into a log of bounded size.</summary>
    private async Task<int> LoudAsync(string name)
    {
        await Docker.OkAsync("run", "-d", "--name", name, "--log-opt", "max-size=5m", "--log-opt", "max-file=2", TestImages.Busybox, "yes", new string('y', 200));
        return int.Parse(await Docker.OkAsync("inspect", "--format", "{{.State.Pid}}", name));
    }

    private static Task WrittenAsync(int pid, long bytes) =>
        Eventually.TrueAsync(() => HostState.WrittenBy(pid) >= bytes, s_patience, () => $"process {pid} has written {HostState.WrittenBy(pid)} bytes of {bytes}");

    private async Task<WireConnection> AskAsync(string method, string path)
    {
        var wire = await WireConnection.OpenAsync(_server.SocketPath);
        await wire.SendAsync(method, path);
        Assert.InRange(wire.Status, 200, 299);
        return wire;
    }
}
