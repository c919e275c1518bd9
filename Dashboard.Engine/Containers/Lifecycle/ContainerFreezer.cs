using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>Pause and unpause, with the gate held.</summary>
internal sealed class ContainerFreezer(ContainerRegistry registry, ContainerEvents events, HealthMonitors health)
{
    public async Task FreezeAsync(ContainerEntry entry)
    {
        var container = entry.Value;
        if (entry.Task is not { } task || !container.State.IsRunning)
            throw EngineException.Conflict($"Container {entry.Id} is not running");
        if (container.State.Status is ContainerStatus.Paused)
            throw EngineException.Conflict($"Container {entry.Id} is already paused");
        await task.FreezeAsync(frozen: true, CancellationToken.None);
        HealthMonitors.End(entry);
        await registry.SaveAsync(entry, container with { State = HealthVerdict.Unwatched(container.State) with { Status = ContainerStatus.Paused } });
        await events.PublishAsync(container, "pause");
    }

    public async Task ThawAsync(ContainerEntry entry)
    {
        var container = entry.Value;
        if (entry.Task is not { } task || container.State.Status is not ContainerStatus.Paused)
            throw new EngineException(ErrorKind.System, $"Container {entry.Id} is not paused");
        await task.FreezeAsync(frozen: false, CancellationToken.None);
        await registry.SaveAsync(entry, container with { State = container.State with { Status = ContainerStatus.Running } });
        health.Begin(entry);
        await events.PublishAsync(container, "unpause");
    }
}
