using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Containers.Links;
using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Networking;
using Dashboard.Engine.Tasks;
using Dashboard.Engine.Volumes;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>
/// After a start of the engine: containers went on without us. Those that run are adopted, those that ended meanwhile are
/// carried to their end as if we had been there, half-made things are removed.
/// </summary>
internal sealed partial class ContainerRecovery(
    ContainerRegistry registry,
    ITaskService tasks,
    INetworkService network,
    ContainerNetworking networking,
    ContainerMounts mounts,
    VolumeMounter mounter,
    ContainerSupervisor supervisor,
    ContainerLinks links,
    ContainerStarter starter,
    ContainerRemover remover,
    OrphanSweeper orphans,
    HealthMonitors health,
    SharedMemory shm,
    TimeProvider clock,
    ILogger<ContainerRecovery> logger)
{
    private const int Parallel = 8;
    // What dockerd records for a container that was gone when it came back.
    private const int LostExitCode = 255;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var entries = registry.Entries.ToList();
        await EachAsync(entries, ReconnectAsync, cancellationToken);
        var live = entries.Where(entry => entry.Task is not null).Select(entry => entry.Id).ToHashSet();
        await network.StartAsync(live, cancellationToken);
        await EachAsync(entries, AdoptAsync, cancellationToken);
        await network.SettleAsync(cancellationToken);
        await mounter.SettleAsync();
        await orphans.SweepAsync();
        shm.Sweep();
        await SettleInOrderAsync(entries, cancellationToken);
    }

    /// <summary>Whoever joins another's namespaces, or links to it, can start only after it.</summary>
    private async Task SettleInOrderAsync(List<ContainerEntry> entries, CancellationToken cancellationToken)
    {
        while (entries.Count > 0)
        {
            var waiting = entries.Select(entry => entry.Id).ToHashSet();
            var ready = entries.Where(entry => !NamespaceDonors.IdsOf(entry.Value.HostConfig).Concat(links.TargetIdsOf(entry.Value)).Any(waiting.Contains)).ToList();
            // In a circle nobody is the first; each then says why it cannot start.
            if (ready.Count == 0)
                ready = entries;
            await EachAsync(ready, SettleAsync, cancellationToken);
            entries = [.. entries.Except(ready)];
        }
    }

    private async ValueTask ReconnectAsync(ContainerEntry entry, CancellationToken cancellationToken)
    {
        var container = entry.Value;
        var task = await tasks.ReconnectAsync(entry.Id, cancellationToken);
        if (container.State.IsRunning)
        {
            entry.Task = task;
            if (task is null)
                await MarkGoneAsync(entry);
        }
        else if (task is not null)
        {
            // The server died between the start of the shim and the saving of it: the old state is the true one.
            LogUnfinishedStart(container.Name, entry.Id[..12]);
            await task.DeleteAsync(cancellationToken);
            await task.DisposeAsync();
        }
    }

    private async Task MarkGoneAsync(ContainerEntry entry)
    {
        var container = entry.Value;
        // Between two runs there is no task, and the exit code of the last run is known.
        var code = container.State.Status is ContainerStatus.Restarting ? container.State.ExitCode : LostExitCode;
        LogGone(container.Name, entry.Id[..12], code);
        await registry.SaveAsync(entry, ContainerNetworking.Released(container) with
        {
            State = HealthVerdict.Unwatched(container.State) with { Status = ContainerStatus.Exited, Pid = 0, ExitCode = code, FinishedAt = clock.GetUtcNow() },
        });
    }

    private async ValueTask AdoptAsync(ContainerEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Task is not { } task)
            return;
        using var turn = await entry.Gate.EnterAsync(cancellationToken);
        await mounts.AdoptAsync(entry.Value);
        entry.RunEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!task.Exited.IsCompleted)
            await JoinAsync(entry, task);
        supervisor.Watch(entry, task);
    }

    private async Task JoinAsync(ContainerEntry entry, IContainerTask task)
    {
        try
        {
            await networking.AdoptAsync(entry.Value, task);
            entry.Proxy = await networking.StartProxyAsync(entry.Value, task);
            LogAdopted(entry.Value.Name, entry.Id[..12], task.Pid);
        }
        catch (Exception error)
        {
            // It may end in this moment. Whatever it is, its end must be seen.
            LogNotJoined(entry.Value.Name, entry.Id[..12], error);
        }
        if (entry.Value.State.Status is ContainerStatus.Running)
            health.Begin(entry);
    }

    /// <summary>What was under way, and what the restart policy brings back.</summary>
    private async ValueTask SettleAsync(ContainerEntry entry, CancellationToken cancellationToken)
    {
        using var turn = await entry.Gate.EnterAsync(cancellationToken);
        var container = entry.Value;
        if (entry.Removed || entry.Task is not null)
            return;
        if (container.State.Status is ContainerStatus.Removing || (container.State.Status is ContainerStatus.Exited && container.HostConfig.AutoRemove))
        {
            await remover.RemoveAsync(entry, container.RemoveVolumes || container.HostConfig.AutoRemove);
        }
        else if (RestartRule.ShouldStartWithEngine(container))
        {
            await starter.StartAsync(entry);
            if (entry.Task is { } task)
                supervisor.Watch(entry, task);
        }
    }

    /// <summary>One container's trouble is not another's.</summary>
    private Task EachAsync(List<ContainerEntry> entries, Func<ContainerEntry, CancellationToken, ValueTask> work, CancellationToken cancellationToken) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            entries,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken },
            async (entry, token) =>
            {
                try
                {
                    await work(entry, token);
                }
                catch (Exception error) when (!token.IsCancellationRequested)
                {
                    LogFailed(entry.Value.Name, entry.Id[..12], error);
                }
            });

    [LoggerMessage(Level = LogLevel.Information, Message = "Container {Name} ({Id}) is still running as process {Pid}")]
    private partial void LogAdopted(string name, string id, int pid);

    [LoggerMessage(Level = LogLevel.Error, Message = "Container {Name} ({Id}) goes on without names and proxies")]
    private partial void LogNotJoined(string name, string id, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Container {Name} ({Id}) is gone without a record: marked as exited with {Code}")]
    private partial void LogGone(string name, string id, int code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A start of container {Name} ({Id}) was never finished: taken back")]
    private partial void LogUnfinishedStart(string name, string id);

    [LoggerMessage(Level = LogLevel.Error, Message = "Recovery of container {Name} ({Id}) failed")]
    private partial void LogFailed(string name, string id, Exception error);
}
