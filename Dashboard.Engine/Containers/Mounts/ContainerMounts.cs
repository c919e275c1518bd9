using System.Text;
using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Events;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Tasks;
using Dashboard.Engine.Volumes;
using Dashboard.Linux;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Containers.Mounts;

/// <summary>A container's mounts through its life: filled when it is created, held while it runs, let go of when it is removed.</summary>
internal sealed partial class ContainerMounts(VolumeStore volumes, VolumeMounter mounter, VolumePopulator populator, IEvents events, ILogger<ContainerMounts> logger)
{
    public async Task PopulateAsync(string containerId, IReadOnlyList<ContainerMount> mounts, OverlayMount rootfs)
    {
        foreach (var mount in mounts.Where(mount => mount is { Type: ContainerMount.Volume, CopyUp: true }))
            await populator.PopulateAsync(volumes.Get(mount.Name), rootfs, mount.Destination, "copy " + containerId);
    }

    /// <summary>Before the runtime mounts: sources made and checked, volumes held and announced.</summary>
    public async Task HoldAsync(Container container, UndoStack undo)
    {
        undo.Push("release the volumes", () => ReleaseAsync(container));
        foreach (var mount in container.MountPoints ?? [])
        {
            if (mount.Type is ContainerMount.Bind)
                PrepareBind(mount);
            else if (mount.Type is ContainerMount.Volume)
                await HoldAsync(container.Id, mount);
        }
    }

    /// <summary>For work on the files of a container that does not run; nobody is told of it.</summary>
    public async Task<IAsyncDisposable> HoldForFilesAsync(Container container)
    {
        var holder = "files " + container.Id;
        var undo = new UndoStack(logger);
        try
        {
            foreach (var entry in Names(container).Select(volumes.Find).OfType<VolumeEntry>())
            {
                using (await entry.Gate.EnterAsync())
                    await mounter.HoldAsync(entry, holder);
                undo.Push("release the volume", async () =>
                {
                    using var turn = await entry.Gate.EnterAsync();
                    mounter.Release(entry, holder);
                });
            }
            return undo;
        }
        catch
        {
            await undo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Of a container that went on running without us.</summary>
    public async Task AdoptAsync(Container container)
    {
        foreach (var name in Names(container))
        {
            if (volumes.Find(name) is not { } entry)
                continue;
            using var turn = await entry.Gate.EnterAsync();
            entry.Holders.Add(container.Id);
        }
    }

    /// <summary>What is held is released and announced; what is not, is no error.</summary>
    public async Task ReleaseAsync(Container container)
    {
        foreach (var name in Names(container))
        {
            if (volumes.Find(name) is not { } entry)
                continue;
            using (await entry.Gate.EnterAsync())
            {
                if (!entry.Holders.Contains(container.Id))
                    continue;
                mounter.Release(entry, container.Id);
            }
            await events.PublishAsync("volume", "unmount", name, new Dictionary<string, string> { ["container"] = container.Id, ["driver"] = Volume.LocalDriver });
        }
    }

    /// <summary>
    /// At the removal of a container, before its row goes. A volume that cannot be removed is kept and logged: the
    /// container goes all the same.
    /// </summary>
    public async Task ForgetAsync(Container container, bool removeAnonymous)
    {
        foreach (var mount in (container.MountPoints ?? []).Where(mount => mount.Type is ContainerMount.Volume))
        {
            volumes.Release(mount.Name, container.Id);
            if (!removeAnonymous || !mount.Anonymous || volumes.Find(mount.Name) is not { } entry || volumes.UsersOf(entry).Count > 0)
                continue;
            try
            {
                await volumes.RemoveAsync(entry);
            }
            catch (Exception error) when (error is EngineException or IOException)
            {
                LogKept(mount.Name, container.Name, error.Message);
            }
        }
    }

    private async Task HoldAsync(string containerId, ContainerMount mount)
    {
        var entry = volumes.Get(mount.Name);
        try
        {
            using (await entry.Gate.EnterAsync())
                await mounter.HoldAsync(entry, containerId);
        }
        catch (EngineException error) when (error.Kind is ErrorKind.System)
        {
            throw new EngineException(ErrorKind.System, $"error while mounting volume '{mount.Source}': {error.Message}", error);
        }
        if (mount.Subpath is not "")
            CheckSubpath(mount);
        await events.PublishAsync("volume", "mount", mount.Name, new Dictionary<string, string>
        {
            ["container"] = containerId,
            ["destination"] = mount.Destination,
            ["driver"] = Volume.LocalDriver,
            ["propagation"] = mount.Propagation,
            ["read/write"] = mount.Writable ? "true" : "false",
        });
    }

    private static void PrepareBind(ContainerMount mount)
    {
        if (mount is { Writable: false, ReadOnlyForceRecursive: true } && !RecursiveReadOnly.IsSupported)
            throw EngineException.Invalid($"mount of {mount.Source}: ReadOnlyForceRecursive needs a kernel of 5.12 or newer");
        if (mount.MakeSource && !Path.Exists(mount.Source))
        {
            try
            {
                Directory.CreateDirectory(mount.Source);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw FullDisk.Explain(error) ?? new EngineException(ErrorKind.System, $"error while creating mount source path '{mount.Source}': {error.Message}", error);
            }
        }
        if (mount.Propagation is not ("" or "private" or "rprivate"))
            MountPropagation.Check(mount, MountTable.Read());
    }

    // For a message in good time: what is mounted is looked up again by the runtime, in the same way.
    private static void CheckSubpath(ContainerMount mount)
    {
        using var volume = PathHandles.OpenDirectory(mount.Source);
        var fd = At.openat2(volume.Fd(), Encoding.UTF8.GetBytes(mount.Subpath + "\0"), At.O_PATH | At.O_CLOEXEC, 0, At.RESOLVE_BENEATH | At.RESOLVE_NO_MAGICLINKS);
        if (fd < 0)
            throw new EngineException(ErrorKind.System, $"cannot access path {mount.Source}/{mount.Subpath}: {(Errno.Last == Errno.EXDEV ? "path escapes from the volume" : Errno.Text(Errno.Last))}");
        At.close(fd);
    }

    private static IEnumerable<string> Names(Container container) =>
        (container.MountPoints ?? []).Where(mount => mount.Type is ContainerMount.Volume).Select(mount => mount.Name).Distinct();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Volume {Volume} of the removed container {Container} stays: {Reason}")]
    private partial void LogKept(string volume, string container, string reason);
}
