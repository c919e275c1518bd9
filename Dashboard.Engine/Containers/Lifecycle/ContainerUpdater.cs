using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Tasks;
using Dashboard.Oci.RuntimeSpec;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary><c>docker update</c>, with the gate held: the kernel first, then the database, then the event. What fails leaves the limits of before.</summary>
internal sealed class ContainerUpdater(ContainerRegistry registry, ContainerEvents events, ILogger<ContainerUpdater> logger)
{
    /// <param name="entry">Running, paused or stopped.</param>
    /// <param name="changes">Fields that are not at their default.</param>
    public async Task UpdateAsync(ContainerEntry entry, HostConfig changes)
    {
        var container = entry.Value;
        if (container.State.Status is ContainerStatus.Removing or ContainerStatus.Dead)
            throw EngineException.Conflict(Cannot(entry, "container is marked for removal and cannot be \"update\""));
        HostConfig host;
        try
        {
            host = ResourceUpdate.Merge(container.HostConfig, changes);
        }
        catch (EngineException error)
        {
            throw new EngineException(error.Kind, Cannot(entry, error.Message));
        }
        await using var undo = new UndoStack(logger);
        if (entry.Task is { } task && container.State.IsRunning && ResourceLimits.OfUpdate(host, changes) is { } limits)
        {
            await ApplyAsync(entry, task, limits);
            undo.Push("give the limits of before back", () => task.UpdateAsync(ResourceLimits.OfUpdate(container.HostConfig, changes)!, CancellationToken.None));
        }
        await registry.SaveAsync(entry, container with { HostConfig = host });
        undo.Commit();
        await events.PublishAsync(container, "update");
    }

    private static async Task ApplyAsync(ContainerEntry entry, IContainerTask task, Resources limits)
    {
        try
        {
            await task.UpdateAsync(limits, CancellationToken.None);
        }
        catch (Exception error) when (error is EngineException or IOException)
        {
            throw new EngineException(ErrorKind.System, Cannot(entry, error.Message), error);
        }
    }

    private static string Cannot(ContainerEntry entry, string reason) => $"Cannot update container {entry.Id}: {reason}";
}
