using Dashboard.Engine.Containers.Exec;
using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Images;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>Removes a container that does not run, with the gate held. What fails leaves it as <c>dead</c>, to be removed again.</summary>
internal sealed class ContainerRemover(
    ContainerRegistry registry,
    ISnapshotter snapshotter,
    IImageService images,
    ExecRegistry execs,
    ContainerEvents events,
    ContainerNetworking networking,
    ContainerMounts mounts,
    UnsavedEnds unsaved,
    EngineOptions options,
    ILogger<ContainerRemover> logger)
{
    /// <param name="removeVolumes">Those too that nobody named and no other container has.</param>
    public async Task RemoveAsync(ContainerEntry entry, bool removeVolumes)
    {
        var container = entry.Value with { RemoveVolumes = removeVolumes };
        await entry.Root.EndAsync();
        await using var undo = new UndoStack(logger);
        undo.Push("mark as dead", () => registry.SaveOrKeepAsync(entry, container with { State = container.State with { Status = ContainerStatus.Dead } }));
        // On a full disk removal is what makes room: it goes on, and the row goes last.
        await registry.SaveOrKeepAsync(entry, container with { State = container.State with { Status = ContainerStatus.Removing } });
        await networking.DisconnectAsync(container);
        await snapshotter.RemoveAsync(container.Id, CancellationToken.None);
        DeleteDirectory(options.ContainerDataDir(container.Id));
        await mounts.ForgetAsync(container, removeVolumes);
        await registry.RemoveAsync(entry);
        await unsaved.ForgetAsync(entry);
        undo.Commit();
        execs.Forget(container.Id);
        entry.PendingAttachments.End();
        await events.PublishAsync(container, "destroy");
        entry.Waiters.Removed(container.State.ExitCode, container.State.Error is "" ? null : container.State.Error);
        await images.CollectAsync(CancellationToken.None);
    }

    private static void DeleteDirectory(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
    }
}
