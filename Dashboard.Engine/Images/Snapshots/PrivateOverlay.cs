using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Tasks;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>
/// An overlay in a mount namespace of one thread: nobody else sees it, and whatever ends the thread, be it the death of the
/// server, takes it away. The thread must be one that ends with the work: it cannot go back.
/// </summary>
internal sealed class PrivateOverlay : IDisposable
{
    private readonly string place;

    private PrivateOverlay(string place, SafeFileHandle root) => (this.place, Root) = (place, root);

    /// <summary>By O_PATH, of the mount.</summary>
    public SafeFileHandle Root { get; }

    /// <param name="overlay">Not mounted anywhere else.</param>
    /// <param name="place">Any directory; covered for this thread alone.</param>
    /// <param name="classic">By mount(2), as on a kernel before 6.5.</param>
    public static PrivateOverlay Mount(OverlayMount overlay, string place, bool classic = false)
    {
        if (Sched.unshare(Sched.CLONE_NEWNS) != 0 || MountNative.mount(null, "/", null, MountNative.MS_REC | MountNative.MS_SLAVE, null) != 0)
            throw Failed("own mount namespace");
        var fs = MountNative.fsopen("overlay", MountNative.FSOPEN_CLOEXEC);
        if (fs < 0)
            throw Failed("load the kernel module (modprobe overlay)");
        using (new SafeFileHandle(fs, ownsHandle: true))
        {
            if (!classic && TryConfigure(fs, overlay))
                Attach(fs, place);
            else
                MountClassic(overlay, place);
        }
        try
        {
            return new PrivateOverlay(place, PathHandles.Wrap(At.openat(At.AT_FDCWD, Encoding.UTF8.GetBytes(place + "\0"), At.O_PATH | At.O_DIRECTORY | At.O_CLOEXEC, 0), "open", "/"));
        }
        catch
        {
            _ = MountNative.umount2(place, MountNative.MNT_DETACH);
            throw;
        }
    }

    /// <summary>The mount is gone when this returns, unless somebody still has a file of it open.</summary>
    public void Dispose()
    {
        Root.Dispose();
        _ = MountNative.umount2(place, MountNative.MNT_DETACH);
    }

    // The same options as the shim's mount: the diff is the upper directory alone.
    private static IEnumerable<(string Key, string Value)> Options(OverlayMount overlay) =>
    [
        ("upperdir", overlay.UpperDir), ("workdir", overlay.WorkDir), ("redirect_dir", "off"), ("metacopy", "off"), ("index", "off"),
    ];

    /// <summary>False on a kernel before 6.5: its overlayfs takes <c>lowerdir+</c> for anything, and says EINVAL at the creation.</summary>
    private static bool TryConfigure(int fs, OverlayMount overlay)
    {
        foreach (var layer in overlay.LowerDirs)
        {
            if (MountNative.fsconfig(fs, MountNative.FSCONFIG_SET_STRING, "lowerdir+", layer, 0) != 0)
                return Errno.Last == Errno.EINVAL ? false : throw Failed($"layer {layer}");
        }
        foreach (var (key, value) in Options(overlay))
        {
            if (MountNative.fsconfig(fs, MountNative.FSCONFIG_SET_STRING, key, value, 0) != 0)
                throw Failed(key);
        }
        if (MountNative.fsconfig(fs, MountNative.FSCONFIG_CMD_CREATE, null, null, 0) == 0)
            return true;
        return Errno.Last == Errno.EINVAL ? false : throw Failed("create");
    }

    private static void Attach(int fs, string place)
    {
        using var mount = PathHandles.Wrap(MountNative.fsmount(fs, MountNative.FSMOUNT_CLOEXEC, 0), "fsmount", "overlay");
        if (MountNative.move_mount(mount.Fd(), "", At.AT_FDCWD, place, MountNative.MOVE_MOUNT_F_EMPTY_PATH) != 0)
            throw Failed("attach");
    }

    /// <summary>
    /// mount(2) takes one page of options: each layer is named by its descriptor, from the thread's own list of them as the
    /// working directory, which is this thread's alone since it left the others' file system state.
    /// </summary>
    private static void MountClassic(OverlayMount overlay, string place)
    {
        var layers = new List<SafeFileHandle>();
        try
        {
            foreach (var layer in overlay.LowerDirs)
                layers.Add(PathHandles.OpenDirectory(layer));
            if (Unistd.chdir("/proc/thread-self/fd") != 0)
                throw Failed("working directory");
            var options = $"lowerdir={string.Join(':', layers.Select(layer => layer.Fd()))},{string.Join(',', Options(overlay).Select(option => $"{option.Key}={Escape(option.Value)}"))}";
            if (MountNative.mount("overlay", place, "overlay", 0, options) != 0)
                throw Failed($"{layers.Count} layers");
        }
        finally
        {
            _ = Unistd.chdir("/");
            foreach (var layer in layers)
                layer.Dispose();
        }
    }

    private static string Escape(string path) => path.Replace("\\", "\\\\").Replace(":", "\\:").Replace(",", "\\,");

    private static EngineException Failed(string what) => new(ErrorKind.System, $"overlay mount, {what}: {Errno.Text(Errno.Last)}");
}
