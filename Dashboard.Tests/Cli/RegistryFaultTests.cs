using Dashboard.Tests.Engine.Registry;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>The real server and client with a registry that is made to fail at a known byte.</summary>
public sealed class RegistryFaultTests : IAsyncLifetime
{
    private const string Name = "127.0.0.1:5000/a:1";
    private static readonly byte[] s_layer = RemoteImages.Layer("x", 30_000_000);
    private static readonly TestImage s_image = RemoteImages.Image("a:1", s_layer);
    private DashboardServer _server = null!;
    private FakeRegistry _registry = null!;
    private RunningCommand _bridge = null!;

    private string Partial => Path.Combine(_server.DataRoot, "content", "partial");

    public async ValueTask InitializeAsync()
    {
        _server = await DashboardServer.StartAsync();
        // A unix socket is reached from every network namespace.
        var socket = Path.Combine(_server.RunRoot, "registry.sock");
        _registry = await FakeRegistry.StartAsync(socket);
        _bridge = new Command([.. _server.Network.Inside, "socat", "-dd", "TCP-LISTEN:5000,bind=127.0.0.1,reuseaddr,fork", $"UNIX-CONNECT:{socket}"]).Start();
        await _bridge.ExpectErrorAsync("listening on");
        RemoteImages.Add(_registry, "a", "1", s_image, bytes => bytes, oci: true);
    }

    public async ValueTask DisposeAsync()
    {
        _bridge.Kill();
        await _bridge.DisposeAsync();
        await _registry.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Pull_ServerKilledMidway_GoesOnAfterItsRestart()
    {
        const int half = 12_000_000;
        StallAt(half);
        await using var pull = _server.Docker.Start("pull", Name);
        await ReceivedAsync(half);

        await _server.KillAsync();
        await pull.WaitAsync();
        _registry.Sender = null;
        await _server.RestartAsync();
        await _server.Docker.OkAsync("pull", Name);

        Assert.Contains(_registry.Requests, line => line.EndsWith($" bytes={half}-", StringComparison.Ordinal));
        Assert.Equal(s_image.Id, await _server.Docker.OkAsync("image", "inspect", "--format", "{{.Id}}", Name));
        Assert.Empty(Directory.GetFiles(Partial));
        await _server.Docker.OkAsync("rmi", Name);
    }

    [Fact]
    public async Task Pull_ClientInterrupted_LeavesNothing()
    {
        StallAt(9_000_000);
        await using var pull = _server.Docker.Start("pull", Name);
        await ReceivedAsync(9_000_000);

        await pull.SignalAsync("INT");
        await pull.WaitAsync();

        await Eventually.TrueAsync(
            () => Directory.GetFiles(Partial).Length == 0 && Directory.GetFiles(Path.Combine(_server.DataRoot, "content", "ingest")).Length == 0 && Directory.GetDirectories(Path.Combine(_server.DataRoot, "snapshots", "tmp")).Length == 0,
            TimeSpan.FromSeconds(10),
            () => "something is left: " + string.Join(' ', Directory.GetFiles(Partial)));
        Assert.Empty(Directory.GetFiles(Path.Combine(_server.DataRoot, "content", "blobs", "sha256")));
        Assert.Equal("", await _server.Docker.OkAsync("images", "-q"));
    }

    [Fact]
    public async Task Pull_LargeLayer_IsNotHeldInMemory()
    {
        const long limit = 100 << 20;
        RemoteImages.Add(_registry, "big", "1", RemoteImages.Image("big:1", RemoteImages.Layer("big", 300_000_000)), bytes => bytes, oci: true);
        await _server.Docker.OkAsync("pull", "-q", Name);
        await File.WriteAllTextAsync($"/proc/{_server.Pid}/clear_refs", "5");
        var before = Peak();

        (await (_server.Docker.Of("pull", "-q", "127.0.0.1:5000/big:1") with { Limit = TimeSpan.FromMinutes(2) }).RunAsync()).MustSucceed();

        Assert.True(Peak() - before < limit, $"{before >> 20} MiB before, {Peak() >> 20} MiB at the peak");
        await _server.Docker.OkAsync("rmi", Name, "127.0.0.1:5000/big:1");
    }

    /// <summary>Bytes of memory at most since the mark was cleared (proc(5), VmHWM).</summary>
    private long Peak() => long.Parse(File.ReadLines($"/proc/{_server.Pid}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024;

    private void StallAt(int bytes) => _registry.Sender = async (http, rest) =>
    {
        await _registry.SendAsync(http, rest[..Math.Min(bytes, rest.Length)]);
        if (rest.Length > bytes) await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    };

    private Task ReceivedAsync(long bytes) => Eventually.TrueAsync(
        () => Directory.GetFiles(Partial).Any(file => new FileInfo(file).Length == bytes), TimeSpan.FromSeconds(20), () => "the engine does not receive");
}
