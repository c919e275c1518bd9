using Dashboard.Tests.Contracts;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Runs the real client against one host; after each test every container, volume and network is removed and nothing may be left of it.</summary>
public abstract class CliTest(HostFixture fixture) : IAsyncLifetime
{
    private LeakCheck? _leaks;

    private protected IDockerHost Host { get; } = fixture.Host;
    private protected DockerCli Docker => Host.Docker;

    public async ValueTask InitializeAsync() => _leaks = await LeakCheck.BeginAsync(Host);

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await RemoveAllContainersAsync();
        (await Docker.RunAsync("network", "prune", "-f")).MustSucceed();
        if (_leaks is not null) await _leaks.AssertNothingLeftAsync();
    }

    private protected async Task RemoveAllContainersAsync()
    {
        var containers = (await Docker.RunAsync("ps", "-aq")).MustSucceed().Lines;
        if (containers.Length > 0) (await Docker.RunAsync(["rm", "-f", "-v", .. containers])).MustSucceed();
        var volumes = (await Docker.RunAsync("volume", "ls", "-q")).MustSucceed().Lines;
        if (volumes.Length > 0) (await Docker.RunAsync(["volume", "rm", "-f", .. volumes])).MustSucceed();
    }

    /// <summary>A container that lives until it is told to stop, and stops at once.</summary>
    private protected Task<string> RunIdleAsync(params string[] options) =>
        Docker.OkAsync(["run", "-d", .. options, TestImages.Busybox, "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"]);

    /// <summary>One request on the socket, where the client would say less, or speak another version.</summary>
    private protected async Task<(int Status, string Body)> CallAsync(string method, string path, string? json = null)
    {
        using var wire = await WireConnection.OpenAsync(Host.SocketPath);
        await wire.SendAsync(method, path, json);
        return (wire.Status, wire.Status == 204 ? "" : await wire.ReadTextAsync());
    }

    private protected async Task<string> InspectAsync(string container, string format) => await Docker.OkAsync("inspect", "--format", format, container);

    private protected static void AssertContains(string expected, CommandResult actual) =>
        Assert.True(actual.AllOutput.Contains(expected, StringComparison.Ordinal), $"expected \"{expected}\" in {actual}");
}
