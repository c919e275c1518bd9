using System.Globalization;
using Dashboard.Engine.Containers.Exec;
using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Tasks;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>
/// Watches every running container to its end: state saved, <c>die</c> announced, network released, shim gone, removed or
/// restarted where asked, and only then those told who wait. Owns its watches: they end with it, the containers do not.
/// </summary>
internal sealed partial class ContainerSupervisor(
    ContainerRegistry registry,
    ContainerStarter starter,
    ContainerRemover remover,
    ContainerNetworking networking,
    ContainerMounts mounts,
    SharedMemory shm,
    ExecRegistry execs,
    UnsavedEnds unsaved,
    ContainerEvents events,
    TimeProvider clock,
    ILogger<ContainerSupervisor> logger) : IAsyncDisposable
{
    private static readonly TimeSpan SavePause = TimeSpan.FromSeconds(2);
    private readonly CancellationTokenSource stopping = new();
    private volatile bool holdsRestarts;

    /// <summary>With the gate held, right after the start or the adoption of a task.</summary>
    public void Watch(ContainerEntry entry, IContainerTask task) => entry.Watch = WatchAsync(entry, task);

    /// <summary>From now on what ends stays ended, until the next start of the engine.</summary>
    public void HoldRestarts() => holdsRestarts = true;

    /// <summary>The watches end; containers go on running.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
            return;
        await stopping.CancelAsync();
        await Task.WhenAll(registry.Entries.Select(entry => entry.Watch));
        foreach (var entry in registry.Entries)
        {
            if (entry.Proxy is { } proxy)
                await proxy.DisposeAsync();
            if (entry.Task is { } task)
                await task.DisposeAsync();
            if (entry.UnsavedEnd is { } ended)
                await ended.DisposeAsync();
        }
    }

    private async Task WatchAsync(ContainerEntry entry, IContainerTask first)
    {
        var pause = TimeSpan.Zero;
        for (var task = first; task is not null;)
        {
            try
            {
                var exit = await task.Exited.WaitAsync(stopping.Token);
                pause = RestartRule.NextPause(pause, exit.ExitedAt - (entry.Value.State.StartedAt ?? exit.ExitedAt));
                var restart = await HandleExitAsync(entry, task, exit);
                await SaveLaterAsync(entry);
                task = restart ? await RestartAsync(entry, pause) : null;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogWatchFailed(Short(entry), error);
                task = null;
            }
        }
    }

    /// <summary>True when the policy wants it back.</summary>
    private async Task<bool> HandleExitAsync(ContainerEntry entry, IContainerTask task, TaskExit exit)
    {
        using var turn = await entry.Gate.EnterAsync();
        HealthMonitors.End(entry);
        var running = entry.Value;
        var restart = RestartRule.ShouldRestart(running, exit.ExitCode) && !holdsRestarts && !stopping.IsCancellationRequested;
        var (saved, reason) = await registry.SaveOrKeepAsync(entry, ContainerNetworking.Released(running) with
        {
            RestartCount = restart ? running.RestartCount + 1 : running.RestartCount,
            State = HealthVerdict.Unwatched(running.State) with
            {
                Status = restart ? ContainerStatus.Restarting : ContainerStatus.Exited,
                Pid = 0,
                ExitCode = exit.ExitCode,
                OomKilled = exit.OomKilled,
                Error = exit.Error ?? "",
                FinishedAt = exit.ExitedAt,
            },
        });
        if (!saved)
        {
            LogNotSaved(Short(entry), exit.ExitCode, reason);
            entry.UnsavedEnd = task;
        }
        if (exit.Lost)
            LogLost(Short(entry));
        await AnnounceAsync(running, exit);
        await ReleaseAsync(entry, running, task);
        if (restart)
            entry.RestartPause = new CancellationTokenSource();
        else if (running.HostConfig.AutoRemove && !entry.KeepAfterExit)
            await TryAsync(entry, "remove", () => remover.RemoveAsync(entry, removeVolumes: true));
        entry.Waiters.Exited(exit.ExitCode, exit.Error);
        return restart;
    }

    private async Task AnnounceAsync(Container container, TaskExit exit)
    {
        if (exit.OomKilled)
            await events.PublishAsync(container, "oom");
        var duration = exit.ExitedAt - (container.State.StartedAt ?? exit.ExitedAt);
        await events.PublishAsync(
            container,
            "die",
            ("execDuration", Math.Max(0, (long)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
            ("exitCode", exit.ExitCode.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>What belongs to the run; a failure of one part does not keep the others.</summary>
    private async Task ReleaseAsync(ContainerEntry entry, Container container, IContainerTask task)
    {
        var proxy = entry.Proxy;
        entry.Task = null;
        entry.Proxy = null;
        entry.RunEnded.TrySetResult();
        execs.Ended(entry.Id);
        if (proxy is not null)
            await TryAsync(entry, "stop the proxy", () => proxy.DisposeAsync().AsTask());
        await TryAsync(entry, "leave the network", () => networking.DisconnectAsync(container));
        if (entry.UnsavedEnd is null)
        {
            await TryAsync(entry, "end the shim", () => task.DeleteAsync(CancellationToken.None));
            await TryAsync(entry, "let go of the shim", () => task.DisposeAsync().AsTask());
        }
        await TryAsync(entry, "release the shared memory", () =>
        {
            shm.Release(entry.Id);
            return Task.CompletedTask;
        });
        await TryAsync(entry, "announce", () => networking.PublishAsync(container, "disconnect").AsTask());
        await TryAsync(entry, "release the volumes", () => mounts.ReleaseAsync(container));
    }

    /// <summary>Nobody tells when a disk has space again, so it is tried.</summary>
    private async Task SaveLaterAsync(ContainerEntry entry)
    {
        while (entry.UnsavedEnd is not null)
        {
            await Task.Delay(SavePause, clock, stopping.Token);
            using var turn = await entry.Gate.EnterAsync(stopping.Token);
            if (await unsaved.TrySettleAsync(entry))
                return;
        }
    }

    /// <summary>After the pause, unless somebody stopped, started or removed it meanwhile. Null: it stays as it is.</summary>
    private async Task<IContainerTask?> RestartAsync(ContainerEntry entry, TimeSpan pause)
    {
        if (entry.RestartPause is not { } waiting)
            return null;
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(waiting.Token, stopping.Token))
            await Task.Delay(pause, clock, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Token.ThrowIfCancellationRequested();
        using var turn = await entry.Gate.EnterAsync();
        var mine = ReferenceEquals(entry.RestartPause, waiting);
        if (mine)
            entry.RestartPause = null;
        waiting.Dispose();
        if (!mine || entry.Removed || entry.Value.State.Status is not ContainerStatus.Restarting)
            return null;
        await starter.StartAsync(entry);
        return entry.Task;
    }

    private async Task TryAsync(ContainerEntry entry, string what, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception error)
        {
            LogReleaseFailed(what, Short(entry), error);
        }
    }

    private static string Short(ContainerEntry entry) => entry.Id[..12];

    [LoggerMessage(Level = LogLevel.Error, Message = "The watch of container {Id} failed")]
    private partial void LogWatchFailed(string id, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The end of container {Id} with exit code {ExitCode} is not saved yet: {Reason}")]
    private partial void LogNotSaved(string id, int exitCode, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The shim of container {Id} died without a record of the exit: the exit code is a guess")]
    private partial void LogLost(string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Cannot {What} after the end of container {Id}")]
    private partial void LogReleaseFailed(string what, string id, Exception error);
}
