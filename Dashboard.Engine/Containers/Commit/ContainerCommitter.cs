using Dashboard.Engine.Containers.Files;
using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Pack;
using Dashboard.Engine.Tasks;
using Dashboard.Oci;

namespace Dashboard.Engine.Containers.Commit;

/// <summary><c>docker commit</c>. The upper directory is the diff; it is read where it lies, whether the container runs or not.</summary>
internal sealed class ContainerCommitter(ContainerRegistry registry, ContainerFreezer freezer, ContainerEvents events, ISnapshotter snapshotter, IImageService images) : IContainerCommit
{
    public async Task<string> CommitAsync(string reference, CommitRequest request, CancellationToken cancellationToken)
    {
        var entry = registry.Get(reference);
        var config = CommittedConfig.Of(entry.Value.Config, request);
        RootAccess.Use use;
        bool paused;
        using (await entry.Gate.EnterAsync(cancellationToken))
        {
            Check(entry);
            use = entry.Root.Begin(cancellationToken);
            paused = request.Pause && entry.Task is not null && entry.Value.State.Status is ContainerStatus.Running;
            if (paused)
                await freezer.FreezeAsync(entry);
        }
        using (use)
        {
            try
            {
                return await WriteAsync(entry.Value, config, request, use.Token);
            }
            catch (OperationCanceledException) when (use.Ended)
            {
                throw EngineException.Conflict($"You cannot commit container {entry.Id} which is being removed");
            }
            finally
            {
                if (paused)
                    await ThawAsync(entry);
            }
        }
    }

    private async Task<string> WriteAsync(Container container, Dashboard.Oci.ImageSpec.ImageExecutionConfig config, CommitRequest request, CancellationToken cancellationToken)
    {
        var overlay = snapshotter.Get(container.Id, images.Get(container.ImageId));
        var id = await images.CommitAsync(
            new ImageCommit
            {
                ParentId = container.ImageId,
                Reference = request.Reference,
                Config = config,
                Author = request.Author,
                Comment = request.Comment,
                CreatedBy = string.Join(' ', container.Config.Cmd ?? []),
            },
            layer => Pack(overlay, layer, cancellationToken),
            cancellationToken);
        await events.PublishAsync(container, "commit", ("comment", request.Comment), ("imageID", id), ("imageRef", Reference.TryParse(request.Reference, out var name) ? name.Familiar : ""));
        return id;
    }

    private static void Pack(OverlayMount overlay, Stream layer, CancellationToken cancellationToken)
    {
        var marks = new StartMarks(overlay.LowerDirs);
        using var upper = PathHandles.OpenDirectory(overlay.UpperDir);
        using var tar = new TarStreamWriter(layer);
        new TreePacker(tar, new LayerFilter(marks.Has), cancellationToken).PackContents(upper);
        tar.Finish();
    }

    private static void Check(ContainerEntry entry)
    {
        if (entry.Removed || entry.Value.State.Status is ContainerStatus.Removing)
            throw EngineException.Conflict($"You cannot commit container {entry.Id} which is being removed");
        if (entry.Value.State.Status is ContainerStatus.Dead)
            throw EngineException.Conflict($"You cannot commit container {entry.Id} which is Dead");
    }

    private async Task ThawAsync(ContainerEntry entry)
    {
        using var turn = await entry.Gate.EnterAsync(CancellationToken.None);
        // Somebody else may have woken or killed it meanwhile.
        if (!entry.Removed && entry.Task is not null && entry.Value.State.Status is ContainerStatus.Paused)
            await freezer.ThawAsync(entry);
    }
}
