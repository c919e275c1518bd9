using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.Exec;
using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Containers.Top;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Logs;
using Dashboard.Engine.Networking;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers;

/// <summary>The front of the container room: finds the container, takes its gate, hands the work to whoever does it.</summary>
internal sealed class ContainerService(
    ContainerRegistry registry,
    ContainerCreator creator,
    ContainerStarter starter,
    ContainerSupervisor supervisor,
    ContainerStopper stopper,
    ContainerFreezer freezer,
    ContainerRemover remover,
    ContainerConnections connections,
    ContainerUpdater updater,
    INetworkService networks,
    ExecService execs,
    ExecRegistry execRegistry,
    ContainerEvents events,
    ISnapshotter snapshotter,
    IImageService images,
    ILogReader logs,
    EngineOptions options) : IContainerService
{
    public IReadOnlyList<Container> List() => [.. registry.Entries.Select(entry => entry.Value).OrderByDescending(container => container.Created)];

    public Container Get(string reference) => registry.Get(reference).Value;

    public Task<CreatedContainer> CreateAsync(CreateContainer request, CancellationToken cancellationToken) => creator.CreateAsync(request);

    public async Task StartAsync(string reference, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        using var turn = await EnterAsync(entry, reference, cancellationToken);
        CheckStartable(entry.Value);
        await StartHeldAsync(entry);
    }

    // A request that is given up does not leave a half-started container: from here on nothing is cancelled.
    private async Task StartHeldAsync(ContainerEntry entry)
    {
        entry.RestartPause?.Cancel();
        entry.RestartPause = null;
        if (entry.Value.RestartCount != 0)
            await registry.SaveAsync(entry, entry.Value with { RestartCount = 0 });
        await starter.StartAsync(entry);
        if (entry.Task is { } task)
            supervisor.Watch(entry, task);
    }

    public async Task StopAsync(string reference, string? signal, int? seconds, CancellationToken cancellationToken)
    {
        if (!await stopper.StopAsync(registry.Get(reference), signal, seconds, cancellationToken))
            throw EngineException.NotModified($"container {reference} is not running");
    }

    public async Task RestartAsync(string reference, string? signal, int? seconds, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        entry.KeepAfterExit = true;
        try
        {
            await stopper.StopAsync(entry, signal, seconds, cancellationToken);
            using var turn = await EnterAsync(entry, reference, CancellationToken.None);
            if (!entry.Value.State.IsRunning)
                await StartHeldAsync(entry);
        }
        finally
        {
            entry.KeepAfterExit = false;
        }
        await events.PublishAsync(entry.Value, "restart");
    }

    public async Task KillAsync(string reference, string? signal, CancellationToken cancellationToken)
    {
        var number = string.IsNullOrEmpty(signal) ? Signals.Kill : Signals.Parse(signal);
        try
        {
            await stopper.KillAsync(registry.Get(reference), number);
        }
        catch (EngineException error) when (error.Kind is ErrorKind.Conflict or ErrorKind.NotFound)
        {
            throw new EngineException(error.Kind, $"cannot kill container: {reference}: {error.Message}");
        }
    }

    public async Task RemoveAsync(string reference, bool force, bool removeVolumes, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        if (force && entry.Value.State.IsRunning)
            await KillForRemovalAsync(entry);
        using var turn = await EnterAsync(entry, reference, cancellationToken);
        var state = entry.Value.State;
        if (state.Status is ContainerStatus.Removing)
            throw EngineException.Conflict($"removal of container {reference} is already in progress");
        if (state.Status is ContainerStatus.Paused)
            throw EngineException.Conflict($"cannot remove container \"{reference}\": container is paused and must be unpaused first");
        if (state.IsRunning)
        {
            throw EngineException.Conflict(
                $"cannot remove container \"{reference}\": container is {state.Status.ToString().ToLowerInvariant()}: stop the container before removing or force remove");
        }
        await remover.RemoveAsync(entry, removeVolumes);
    }

    private async Task KillForRemovalAsync(ContainerEntry entry)
    {
        // The removal is ours, even with --rm: who asked for it gets its errors.
        entry.KeepAfterExit = true;
        try
        {
            await stopper.KillAsync(entry, Signals.Kill);
        }
        catch (EngineException error) when (error.Kind is ErrorKind.Conflict)
        {
            // It ended by itself meanwhile.
        }
    }

    public async Task RemoveLinkAsync(string path, CancellationToken cancellationToken)
    {
        if (path.Trim('/').Split('/') is not [var parent, var alias])
            throw EngineException.Conflict("Conflict, cannot remove the default link name of the container");
        var entry = registry.Find(parent) ?? throw EngineException.NotFound($"No such container: {path}");
        using var turn = await EnterAsync(entry, path, cancellationToken);
        var links = entry.Value.HostConfig.Links ?? [];
        var left = links.Where(link => !link.EndsWith($":/{entry.Value.Name}/{alias}", StringComparison.Ordinal)).ToList();
        if (left.Count == links.Count)
            throw EngineException.NotFound($"No such container: {path}");
        await registry.SaveAsync(entry, entry.Value with { HostConfig = entry.Value.HostConfig with { Links = left.Count == 0 ? null : left } });
    }

    public async Task RenameAsync(string reference, string newName, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(newName))
            throw EngineException.Invalid("Neither old nor new names may be empty");
        var entry = registry.Get(reference);
        using var turn = await EnterAsync(entry, reference, cancellationToken);
        var oldName = entry.Value.Name;
        var name = Allocating(() => ContainerName.Validate("/" + newName.TrimStart('/')));
        if (name == oldName)
            throw EngineException.Invalid("Renaming a container with the same name as its current name");
        Allocating(() =>
        {
            registry.ReserveName(name, entry.Id);
            return name;
        });
        try
        {
            await registry.SaveAsync(entry, entry.Value with { Name = name });
        }
        catch
        {
            registry.ReleaseName(name);
            throw;
        }
        registry.ReleaseName(oldName);
        networks.Rename(entry.Id, name);
        await events.PublishAsync(entry.Value, "rename", ("oldName", "/" + oldName));
    }

    public async Task ConnectAsync(string reference, string network, EndpointConfig config, CancellationToken cancellationToken)
    {
        var target = networks.Get(network);
        var entry = Named(reference);
        using var turn = await EnterAsync(entry, reference, cancellationToken);
        await connections.ConnectAsync(entry, target, config);
    }

    public async Task DisconnectAsync(string reference, string network, bool force, CancellationToken cancellationToken)
    {
        if (!force)
            networks.Get(network);
        if (force && registry.Find(reference) is null)
            throw EngineException.NotFound($"endpoint {reference} not found");
        var entry = Named(reference);
        using var turn = await EnterAsync(entry, reference, cancellationToken);
        await connections.DisconnectAsync(entry, network, force);
    }

    private ContainerEntry Named(string reference) =>
        reference is "" ? throw EngineException.Invalid("invalid name or ID supplied: \"\"") : registry.Get(reference);

    public async Task<IReadOnlyList<string>> UpdateAsync(string reference, HostConfig changes, CancellationToken cancellationToken)
    {
        var warnings = new List<string>();
        var supported = KernelLimits.Discard(HostConfigRules.CheckUpdate(changes, Environment.ProcessorCount), warnings);
        var entry = registry.Get(reference);
        using var turn = await EnterAsync(entry, reference, cancellationToken);
        await updater.UpdateAsync(entry, supported);
        return warnings;
    }

    public async Task PauseAsync(string reference, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        using var turn = await EnterAsync(entry, reference, cancellationToken);
        await freezer.FreezeAsync(entry);
    }

    public async Task UnpauseAsync(string reference, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        using var turn = await EnterAsync(entry, reference, cancellationToken);
        await freezer.ThawAsync(entry);
    }

    private static string Allocating(Func<string> allocate)
    {
        try
        {
            return allocate();
        }
        catch (EngineException error)
        {
            throw new EngineException(error.Kind, $"Error when allocating new name: {error.Message}");
        }
    }

    public async Task<(IReadOnlyList<string> Removed, long SpaceReclaimed)> PruneAsync(Func<Container, bool> filter, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        var reclaimed = 0L;
        foreach (var entry in registry.Entries)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var turn = await entry.Gate.EnterAsync(cancellationToken);
            var stopped = entry.Value.State.Status is ContainerStatus.Created or ContainerStatus.Exited or ContainerStatus.Dead;
            if (entry.Removed || !stopped || !filter(entry.Value))
                continue;
            var rw = await snapshotter.UsageAsync(entry.Id, cancellationToken);
            await remover.RemoveAsync(entry, removeVolumes: false);
            removed.Add(entry.Id);
            reclaimed += rw;
        }
        await events.PublishPrunedAsync(reclaimed);
        return (removed, reclaimed);
    }

    public Task<ContainerWait> WaitAsync(string reference, WaitCondition condition, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        var result = entry.Waiters.Register(condition, () => Settled(entry, condition), cancellationToken);
        return Task.FromResult(new ContainerWait(result));
    }

    private static (int, string?)? Settled(ContainerEntry entry, WaitCondition condition)
    {
        var state = entry.Value.State;
        var over = entry.Removed || (condition is WaitCondition.NotRunning && !state.IsRunning);
        return over ? (state.ExitCode, state.Error is "" ? null : state.Error) : null;
    }

    public async Task<TaskStreams> AttachAsync(string reference, bool stdin, bool stdout, bool stderr, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        TaskStreams streams;
        using (await EnterAsync(entry, reference, cancellationToken))
        {
            var state = entry.Value.State;
            if (state.Status is ContainerStatus.Paused)
                throw EngineException.Conflict($"container {reference} is paused, unpause the container before attach");
            if (state.Status is ContainerStatus.Restarting)
                throw EngineException.Conflict($"container {reference} is restarting, wait until the container is running");
            var openStdin = stdin && entry.Value.Config.OpenStdin;
            streams = entry.Task is { } task
                ? await task.AttachAsync(openStdin, stdout, stderr, cancellationToken)
                : entry.PendingAttachments.Add(openStdin, stdout, stderr);
        }
        await events.PublishAsync(entry.Value, "attach");
        return streams;
    }

    public async Task ResizeAsync(string reference, int rows, int columns, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        if (entry.Task is not { } task)
            throw ContainerStopper.NotRunning(entry);
        await task.ResizeAsync(rows, columns, cancellationToken);
        await events.PublishAsync(entry.Value, "resize", ("height", rows.ToString()), ("width", columns.ToString()));
    }

    public IAsyncEnumerable<LogChunk> LogsAsync(string reference, LogQuery query, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        if (entry.Value.HostConfig.LogConfig.Type is "none")
            throw new EngineException(ErrorKind.NotImplemented, "configured logging driver does not support reading");
        return logs.ReadAsync(options.ContainerLog(entry.Id), query, entry.RunEnded.Task, cancellationToken);
    }

    public async Task<(IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<string>> Processes)> TopAsync(string reference, string? psArguments, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        if (entry.Value.State.Status is ContainerStatus.Restarting)
            throw EngineException.Conflict($"Container {entry.Id} is restarting, wait until the container is running");
        if (entry.Task is not { } task || !entry.Value.State.IsRunning)
            throw ContainerStopper.NotRunning(entry);
        var processes = await ProcessTable.ReadAsync(task, psArguments, cancellationToken);
        await events.PublishAsync(entry.Value, "top");
        return processes;
    }

    public async Task<(long Rw, long RootFs)> SizeAsync(string reference, CancellationToken cancellationToken)
    {
        var container = registry.Get(reference).Value;
        var written = await snapshotter.UsageAsync(container.Id, cancellationToken);
        return (written, written + images.Get(container.ImageId).Size);
    }

    public Task<string> CreateExecAsync(string reference, ExecConfig config, CancellationToken cancellationToken) => execs.CreateAsync(reference, config);

    public Task<TaskStreams?> StartExecAsync(string execId, bool detach, bool tty, (int Rows, int Columns)? size, CancellationToken cancellationToken) =>
        execs.StartAsync(execId, detach, tty, size, cancellationToken);

    public Task ResizeExecAsync(string execId, int rows, int columns, CancellationToken cancellationToken) =>
        execs.ResizeAsync(execId, rows, columns, cancellationToken);

    public IReadOnlyList<string> ExecsOf(string containerId) => execRegistry.Of(containerId);

    public ExecState GetExec(string execId) => execRegistry.Get(execId).State;

    /// <summary>The gate of a container that is still there.</summary>
    private static async Task<AsyncGate.Holder> EnterAsync(ContainerEntry entry, string reference, CancellationToken cancellationToken)
    {
        var holder = await entry.Gate.EnterAsync(cancellationToken);
        if (!entry.Removed)
            return holder;
        holder.Dispose();
        throw EngineException.NotFound($"No such container: {reference}");
    }

    private static void CheckStartable(Container container)
    {
        switch (container.State.Status)
        {
            case ContainerStatus.Running or ContainerStatus.Restarting:
                throw EngineException.NotModified($"container {container.Id} is already running");
            case ContainerStatus.Paused:
                throw EngineException.Conflict("cannot start a paused container, try unpause instead");
            case ContainerStatus.Removing or ContainerStatus.Dead:
                throw EngineException.Conflict("container is marked for removal and cannot be started");
        }
    }
}
