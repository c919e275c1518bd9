using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Containers.Links;
using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Tasks;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>
/// One start, with the gate held: address, files, shim, network, program. Each step pushes its undo; when the last one has
/// worked the state is saved, then announced.
/// </summary>
internal sealed class ContainerStarter(
    ContainerRegistry registry,
    IImageService images,
    ISnapshotter snapshotter,
    ITaskService tasks,
    ContainerNetworking networking,
    ContainerMounts mounts,
    ContainerLinks links,
    SystemFiles files,
    OciSpecBuilder specs,
    ContainerEvents events,
    ContainerRemover remover,
    UnsavedEnds unsaved,
    HealthMonitors health,
    SharedMemory shm,
    EngineOptions options,
    TimeProvider clock,
    ILogger<ContainerStarter> logger)
{
    // What dockerd takes where the runtime names no code of its own.
    private const int UnknownExitCode = 128;
    private const int PortAttempts = 4;

    public async Task StartAsync(ContainerEntry entry)
    {
        try
        {
            await RunStepsAsync(entry);
        }
        catch (EngineException error)
        {
            var translated = RuntimeErrors.OfStart(error);
            await FailAsync(entry, translated);
            throw translated;
        }
        catch (Exception error)
        {
            var explained = FullDisk.Explain(error);
            await FailAsync(entry, explained ?? error);
            if (explained is not null)
                throw explained;
            throw;
        }
    }

    private async Task RunStepsAsync(ContainerEntry entry)
    {
        await unsaved.SettleAsync(entry);
        await entry.Root.QuietAsync();
        await using var undo = new UndoStack(logger);
        var container = entry.Value;
        undo.Push("leave the network", () => networking.DisconnectAsync(container));
        links.Check(container);
        container = await networking.AllocateAsync(container);
        if (NetworkModes.SharedWith(container.HostConfig.NetworkMode) is null)
            files.Write(container);
        await mounts.HoldAsync(container, undo);
        shm.Hold(container, undo);

        var rootfs = snapshotter.Get(container.Id, images.Get(container.ImageId));
        var task = await CreateTaskAsync(container, rootfs);
        undo.Push("end the shim", () => DeleteAsync(task));
        container = container with { BoundPorts = task.Ports };
        await entry.PendingAttachments.ConnectAsync(task);
        await networking.ConnectAsync(container, task);
        var proxy = await networking.StartProxyAsync(container, task);
        if (proxy is not null)
            undo.Push("stop the proxy", () => proxy.DisposeAsync().AsTask());

        // Before the program is released: a short one has ended when the start is answered.
        var startedAt = clock.GetUtcNow();
        await task.StartAsync(CancellationToken.None);
        var state = new ContainerState
        {
            Status = ContainerStatus.Running,
            Pid = task.Pid,
            StartedAt = startedAt,
            FinishedAt = container.State.FinishedAt,
            Health = HealthVerdict.Started(container),
        };
        await registry.SaveAsync(entry, container with { State = state, ManuallyStopped = false });
        entry.Task = task;
        entry.Proxy = proxy;
        entry.RunEnded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        undo.Commit();
        health.Begin(entry);
        // It may have another address than in its last run.
        foreach (var other in links.Linking(container))
            files.Relink(other);
        await networking.PublishAsync(container, "connect");
        await events.PublishAsync(container, "start");
    }

    private async Task<IContainerTask> CreateTaskAsync(Container container, OverlayMount rootfs)
    {
        var spec = specs.Build(container, rootfs);
        var ports = networking.Ports(container);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await tasks.CreateAsync(new TaskSpec
                {
                    ContainerId = container.Id,
                    Spec = spec,
                    Rootfs = rootfs,
                    OpenStdin = container.Config.OpenStdin,
                    StdinOnce = container.Config.StdinOnce,
                    Init = container.HostConfig.Init is true,
                    Log = JsonFileOptions.Parse(options.ContainerLog(container.Id), container.HostConfig.LogConfig) with { Attributes = LogAttributes.Of(container) },
                    Ports = HostPortPicker.Fix(ports),
                }, CancellationToken.None);
            }
            catch (EngineException) when (attempt < PortAttempts && ports.Any(port => port.IsOpen))
            {
                // The number that we picked was taken before the shim could hold it.
            }
        }
    }

    private static async Task DeleteAsync(IContainerTask task)
    {
        await task.DeleteAsync(CancellationToken.None);
        await task.DisposeAsync();
    }

    /// <summary>The container keeps its old status and shows the error; with <c>--rm</c> it goes, and its code reaches those who wait.</summary>
    private async Task FailAsync(ContainerEntry entry, Exception error)
    {
        var container = entry.Value;
        var status = container.State.Status is ContainerStatus.Restarting ? ContainerStatus.Exited : container.State.Status;
        var code = (error as EngineException)?.ExitCode ?? UnknownExitCode;
        await registry.SaveOrKeepAsync(entry, ContainerNetworking.Released(container) with
        {
            State = container.State with { Status = status, Pid = 0, ExitCode = code, Error = error.Message },
        });
        entry.PendingAttachments.End();
        entry.Waiters.Exited(code, error.Message);
        if (container.HostConfig.AutoRemove)
            await remover.RemoveAsync(entry, removeVolumes: true);
    }
}
