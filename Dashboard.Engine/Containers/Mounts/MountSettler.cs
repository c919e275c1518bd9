using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Volumes;

namespace Dashboard.Engine.Containers.Mounts;

/// <summary>
/// Settles the mounts of a new container in Docker's order, in which later ones replace earlier ones of the same place: other
/// containers' (<c>--volumes-from</c>), binds, mounts, and last the image's volumes where nothing is yet. Volumes are made on
/// the way and belong to the container from there on.
/// </summary>
internal sealed class MountSettler(ContainerRegistry registry, VolumeStore volumes)
{
    // What Docker notes for a local volume without options of its own: its content may be relabelled and shared.
    private const string SharedMode = "z";

    public async Task<IReadOnlyList<ContainerMount>> SettleAsync(string containerId, ContainerConfig config, HostConfig host, UndoStack undo)
    {
        var mounts = new List<ContainerMount>();
        foreach (var text in host.VolumesFrom ?? [])
            await BorrowAsync(mounts, text, containerId, undo);
        foreach (var (spec, mode) in MountRequests.Of(host))
            Put(mounts, await SettleAsync(spec, mode, containerId, undo));
        foreach (var path in (config.Volumes?.Keys ?? []).Order(StringComparer.Ordinal))
        {
            var destination = ContainerPath.Clean(path);
            if (destination is "/")
                throw EngineException.Invalid("invalid specification: destination can't be '/'");
            if (mounts.Exists(mount => mount.Destination == destination))
                continue;
            var volume = await AcquireAsync(new VolumeRequest { Driver = host.VolumeDriver }, containerId, undo);
            mounts.Add(Of(volume, destination) with { Anonymous = true, CopyUp = true });
        }
        return mounts;
    }

    /// <summary>What needs no volume: for containers of a time before volumes were built.</summary>
    public static IReadOnlyList<ContainerMount> WithoutVolumes(HostConfig host) =>
        [.. MountRequests.Of(host, sourcesMustExist: false).Where(request => request.Spec.Type is not ContainerMount.Volume).Select(request => Plain(request.Spec, request.Mode))];

    private async Task BorrowAsync(List<ContainerMount> mounts, string text, string containerId, UndoStack undo)
    {
        var (name, mode) = VolumesFrom.Parse(text);
        var other = registry.Find(name)?.Value ?? throw EngineException.Invalid($"No such container: {name}");
        foreach (var mount in other.MountPoints ?? [])
        {
            if (mount.Type is ContainerMount.Volume)
                await AcquireAsync(new VolumeRequest { Name = mount.Name }, containerId, undo);
            Put(mounts, mount with { Mode = "", Writable = mount.Writable && !MountMode.IsReadOnly(mode), CopyUp = false });
        }
    }

    private async Task<ContainerMount> SettleAsync(MountSpec spec, string? mode, string containerId, UndoStack undo)
    {
        if (spec.Type is not ContainerMount.Volume)
            return Plain(spec, mode);
        var options = spec.VolumeOptions;
        var volume = await AcquireAsync(
            new VolumeRequest { Name = spec.Source, Driver = options?.DriverConfig?.Name ?? "", Options = options?.DriverConfig?.Options, Labels = options?.Labels },
            containerId,
            undo);
        return Of(volume, spec.Target) with
        {
            Mode = mode is null or "" ? SharedMode : mode,
            Writable = !spec.ReadOnly,
            Anonymous = spec.Source is "",
            Subpath = options?.Subpath ?? "",
            CopyUp = options is not ({ NoCopy: true } or { Subpath: not "" }),
        };
    }

    private static ContainerMount Plain(MountSpec spec, string? mode)
    {
        if (spec.Type is ContainerMount.Tmpfs)
            return new ContainerMount { Type = ContainerMount.Tmpfs, Destination = spec.Target, Writable = !spec.ReadOnly, Options = TmpfsWords.Of(spec) };
        var options = spec.BindOptions;
        return new ContainerMount
        {
            Type = ContainerMount.Bind,
            Source = ContainerPath.Clean(spec.Source),
            Destination = spec.Target,
            Mode = mode ?? "",
            Writable = !spec.ReadOnly,
            Propagation = options is { Propagation: not "" } ? options.Propagation : "rprivate",
            NonRecursive = options?.NonRecursive == true,
            ReadOnlyNonRecursive = options?.ReadOnlyNonRecursive == true,
            ReadOnlyForceRecursive = options?.ReadOnlyForceRecursive == true,
            MakeSource = mode is not null || options?.CreateMountpoint == true,
        };
    }

    private static ContainerMount Of(Volume volume, string destination) => new()
    {
        Type = ContainerMount.Volume,
        Name = volume.Name,
        Source = volume.Mountpoint,
        Destination = destination,
        Driver = Volume.LocalDriver,
    };

    private async Task<Volume> AcquireAsync(VolumeRequest request, string containerId, UndoStack undo)
    {
        var (entry, isNew) = await volumes.AcquireAsync(request, containerId);
        if (isNew)
            undo.Push("remove the new volume", () => volumes.RemoveAsync(entry));
        undo.Push("let go of the volume", () => volumes.Release(entry.Value.Name, containerId));
        return entry.Value;
    }

    private static void Put(List<ContainerMount> mounts, ContainerMount mount)
    {
        mounts.RemoveAll(other => other.Destination == mount.Destination);
        mounts.Add(mount);
    }
}
