using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Linux;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>
/// /dev/shm of containers that share it (<c>--ipc shareable</c>). A mount cannot be handed from one mount namespace to
/// another on every kernel that we run on, so this one is made on the host, where those who join can bind it.
/// </summary>
internal sealed class SharedMemory(EngineOptions options, ContainerRegistry registry)
{
    private const ulong NoSuid = 2, NoDev = 4, NoExec = 8;

    private string Root => Path.Combine(options.RunRoot, "shm");

    public string Place(string containerId) => Path.Combine(Root, containerId);

    /// <summary>Before the runtime mounts it in the container.</summary>
    public void Hold(Container container, UndoStack undo)
    {
        if (container.HostConfig.IpcMode is not NamespaceModes.Shareable)
            return;
        var place = Place(container.Id);
        Release(container.Id);
        Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        undo.Push("release the shared memory", () => Release(container.Id));
        if (MountNative.mount("shm", place, "tmpfs", NoSuid | NoDev | NoExec, $"mode=1777,size={container.HostConfig.ShmSize}") != 0)
            throw new EngineException(ErrorKind.System, $"mounting shm tmpfs: {place}: {Errno.Text(Errno.Last)}");
    }

    /// <summary>Gone from sight at once; whoever joined keeps it. Idempotent.</summary>
    public void Release(string containerId)
    {
        var place = Place(containerId);
        if (!Directory.Exists(place))
            return;
        if (MountNative.umount2(place, MountNative.MNT_DETACH) != 0 && Errno.Last is not (Errno.EINVAL or Errno.ENOENT))
            throw new EngineException(ErrorKind.System, $"unmount {place}: {Errno.Text(Errno.Last)}");
        Directory.Delete(place);
    }

    /// <summary>After a start of the engine: what belongs to no run.</summary>
    public void Sweep()
    {
        Directory.CreateDirectory(Root);
        foreach (var id in Directory.EnumerateDirectories(Root).Select(path => Path.GetFileName(path)).ToList())
        {
            if (registry.Find(id) is not { Task: not null })
                Release(id);
        }
    }
}
