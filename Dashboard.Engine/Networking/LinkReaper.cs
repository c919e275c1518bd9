using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Networking;

/// <summary>
/// Takes the interfaces of ended containers away in the background, one container after the other. The kernel waits for
/// several RCU grace periods under its network lock for each (some 20 ms), and nobody who waits for the end of a container has
/// to. Until then its addresses stay leased, so that they are not given twice.
/// </summary>
internal sealed partial class LinkReaper(ILogger logger)
{
    private readonly ConcurrentDictionary<string, Task> leaving = new();
    private readonly Lock gate = new();
    private Task last = Task.CompletedTask;

    public bool IsIdle => leaving.IsEmpty;

    public bool IsLeaving(string containerId) => leaving.ContainsKey(containerId);

    /// <param name="release">Gives the addresses back, after the interfaces are gone.</param>
    public void Begin(SandboxSpec closed, Func<Task> release)
    {
        lock (gate)
            last = leaving[closed.ContainerId] = ReapAsync(last, closed, release);
    }

    /// <summary>Until a container that is about to start again has left.</summary>
    public Task LeftAsync(string containerId) => leaving.GetValueOrDefault(containerId, Task.CompletedTask);

    public async Task AllLeftAsync()
    {
        while (leaving.Values.FirstOrDefault() is { } one)
            await one;
    }

    private async Task ReapAsync(Task before, SandboxSpec closed, Func<Task> release)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            foreach (var endpoint in closed.Endpoints)
                SandboxWiring.RemoveLink(endpoint.Lease.EndpointId);
            await release();
        }
        catch (Exception error)
        {
            LogFailed(closed.ContainerName, error);
        }
        lock (gate)
            leaving.TryRemove(closed.ContainerId, out _);
    }

    [LoggerMessage(LogLevel.Error, "The interfaces of container {Container} are not all gone: its addresses stay taken until the engine starts again")]
    private partial void LogFailed(string container, Exception error);
}
