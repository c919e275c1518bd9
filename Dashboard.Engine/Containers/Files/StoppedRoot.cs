using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Engine.Tasks;
using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Containers.Files;

/// <summary>
/// The root of a container that does not run, put together on the calling thread alone: its overlay, and its binds and
/// volumes in their places, which are made where they are missing, as a start would.
/// </summary>
internal sealed class StoppedRoot : IDisposable
{
    private readonly PrivateOverlay overlay;

    private StoppedRoot(PrivateOverlay overlay) => this.overlay = overlay;

    public SafeFileHandle Root => overlay.Root;

    /// <param name="overlay">Not mounted anywhere else.</param>
    /// <param name="place">Any directory that the work does not need: it is covered.</param>
    /// <param name="binds">Parents before children. Those whose source is missing are left out.</param>
    public static StoppedRoot Mount(OverlayMount overlay, string place, IEnumerable<Mount> binds)
    {
        var root = new StoppedRoot(PrivateOverlay.Mount(overlay, place));
        try
        {
            foreach (var bind in binds.Where(bind => bind.Type == "bind" && Path.Exists(bind.Source)))
                root.Bind(bind);
            return root;
        }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    public void Dispose() => overlay.Dispose();

    private void Bind(Mount bind)
    {
        using var place = Source(bind);
        var flags = MountNative.OPEN_TREE_CLONE | MountNative.OPEN_TREE_CLOEXEC | (uint)At.AT_EMPTY_PATH | (bind.Options.Contains("rbind") ? MountNative.AT_RECURSIVE : 0);
        using var source = PathHandles.Wrap(MountNative.open_tree(place.Fd(), "", flags), "open_tree", bind.Source!);
        var path = EntryPath.Clean(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(bind.Destination)));
        using (var target = Target(path, MergedDirectory.Stat(place).IsDirectory))
        {
            if (MountNative.move_mount(source.Fd(), "", target.Fd(), "", MountNative.MOVE_MOUNT_F_EMPTY_PATH | MountNative.MOVE_MOUNT_T_EMPTY_PATH) != 0)
                throw SyscallException.Last("mount", bind.Destination);
        }
        if (!bind.Options.Any(option => option is "ro" or "rro"))
            return;
        // The descriptor of the moved tree is now that of the mount in its place.
        if (MountNative.mount(null, $"/proc/self/fd/{source.Fd()}", null, MountNative.MS_REMOUNT | MountNative.MS_BIND | MountNative.MS_RDONLY, null) != 0)
            throw SyscallException.Last("remount", bind.Destination);
    }

    /// <summary>A part of a volume is looked up beneath it, as the runtime does.</summary>
    private static SafeFileHandle Source(Mount bind)
    {
        var source = PathHandles.Wrap(At.openat(At.AT_FDCWD, Encoding.UTF8.GetBytes(bind.Source + "\0"), At.O_PATH | At.O_CLOEXEC, 0), "open", bind.Source!);
        if (bind.Subpath is null)
            return source;
        using (source)
        {
            var part = At.openat2(source.Fd(), Encoding.UTF8.GetBytes(bind.Subpath + "\0"), At.O_PATH | At.O_CLOEXEC, 0, At.RESOLVE_BENEATH | At.RESOLVE_NO_MAGICLINKS);
            return PathHandles.Wrap(part, "open", $"{bind.Source}/{bind.Subpath}");
        }
    }

    private SafeFileHandle Target(string path, bool isDirectory)
    {
        using var tree = new LayerDirectory(Root);
        if (isDirectory)
            return tree.Open(path);
        var (directory, name) = EntryPath.Split(path);
        using var parent = tree.Open(directory);
        var nameBytes = Encoding.Latin1.GetBytes(name + "\0");
        var made = At.openat(parent.Fd(), nameBytes, At.O_WRONLY | At.O_CREAT | At.O_EXCL | At.O_NOFOLLOW | At.O_CLOEXEC, 0x1A4);
        if (made >= 0)
            At.close(made);
        var found = At.openat2(Root.Fd(), Encoding.Latin1.GetBytes(path + "\0"), At.O_PATH | At.O_CLOEXEC, 0, At.RESOLVE_IN_ROOT | At.RESOLVE_NO_MAGICLINKS);
        return PathHandles.Wrap(found, "open", EntryPath.Show(path));
    }
}
