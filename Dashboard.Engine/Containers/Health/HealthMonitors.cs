using System.Collections.Concurrent;
using Dashboard.Engine.Containers.State;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Health;

/// <summary>
/// The checks of all running containers: one waiting timer each. A watch begins with a run and ends with it, or with a
/// pause. Owns its watches: they end with it, the containers do not.
/// </summary>
internal sealed partial class HealthMonitors(
    ContainerRegistry registry,
    ProbeRunner probes,
    ContainerEvents events,
    TimeProvider clock,
    ILogger<HealthMonitors> logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<CancellationTokenSource, Task> watches = new();
    private volatile bool disposed;

    /// <summary>With the gate held, when the container runs and is not paused. Without a check it does nothing.</summary>
    public void Begin(ContainerEntry entry)
    {
        if (disposed || entry.HealthWatch is not null || HealthProbe.Command(entry.Value.Config) is not { } command)
            return;
        var watch = new CancellationTokenSource();
        entry.HealthWatch = watch;
        watches[watch] = Task.CompletedTask;
        var running = WatchAsync(entry, command, watch);
        watches.TryUpdate(watch, running, Task.CompletedTask);
    }

    /// <summary>With the gate held; idempotent. What is under way is given up.</summary>
    public static void End(ContainerEntry entry)
    {
        var watch = entry.HealthWatch;
        entry.HealthWatch = null;
        watch?.Cancel();
    }

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        foreach (var (watch, _) in watches)
            await watch.CancelAsync();
        await Task.WhenAll(watches.Values);
    }

    private async Task WatchAsync(ContainerEntry entry, IReadOnlyList<string> command, CancellationTokenSource watch)
    {
        // Not in the caller's time: it holds the gate.
        await Task.Yield();
        try
        {
            while (entry.Value.Config.Healthcheck is { } check)
            {
                await Task.Delay(HealthProbe.Pause(check, entry.Value.State, clock.GetUtcNow()), clock, watch.Token);
                var result = await probes.RunAsync(entry.Id, command, HealthProbe.Timeout(check), watch.Token);
                await ReportAsync(entry, check, result, watch.Token);
            }
        }
        catch (OperationCanceledException) when (watch.IsCancellationRequested)
        {
            // The run is over, or paused, or the engine stops.
        }
        catch (Exception error)
        {
            LogFailed(entry.Id[..12], error);
        }
        finally
        {
            watches.TryRemove(watch, out _);
        }
    }

    private async Task ReportAsync(ContainerEntry entry, HealthConfig check, HealthResult result, CancellationToken cancellationToken)
    {
        using var turn = await entry.Gate.EnterAsync(cancellationToken);
        // The end of a run makes every check fail, and says nothing about the health of the next.
        if (cancellationToken.IsCancellationRequested || entry.Task is null or { Exited.IsCompleted: true })
            return;
        var container = entry.Value;
        var before = container.State.Health ?? new ContainerHealth();
        var after = HealthVerdict.Next(before, result, check, container.State.StartedAt);
        var next = container with { State = container.State with { Health = after } };
        // A check a second of a healthy container is not worth a write a second: the next change saves its log too.
        if (before.Status == after.Status && before.FailingStreak == after.FailingStreak)
            entry.Value = next;
        else
            await registry.SaveOrKeepAsync(entry, next);
        if (before.Status != after.Status)
            await events.PublishAsync(next, "health_status: " + after.Status);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The health check of container {Id} has stopped")]
    private partial void LogFailed(string id, Exception error);
}
