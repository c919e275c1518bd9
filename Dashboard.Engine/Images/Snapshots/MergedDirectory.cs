using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>
/// A directory as overlayfs would show it, looked up in the layers themselves: no mount is made, so nothing is in the way of
/// a live mount of the same upper directory, and a lookup costs a few system calls. Right for layers without redirects and
/// metacopy, which is how ours are mounted. Every step opens one name without following links, so a container that swaps
/// names meanwhile gains nothing.
/// </summary>
internal sealed class MergedDirectory : IDisposable
{
    private readonly List<SafeFileHandle> layers;

    private MergedDirectory(List<SafeFileHandle> layers) => this.layers = layers;

    /// <param name="directories">Topmost first.</param>
    public static MergedDirectory OpenRoot(IEnumerable<string> directories)
    {
        var layers = new List<SafeFileHandle>();
        var merged = new MergedDirectory(layers);
        try
        {
            foreach (var directory in directories)
                layers.Add(PathHandles.OpenDirectory(directory));
            return merged;
        }
        catch
        {
            merged.Dispose();
            throw;
        }
    }

    /// <summary>NUL-terminated bytes of all layers; some may be hidden by a whiteout.</summary>
    public IEnumerable<byte[]> Names() => layers.SelectMany(DirectoryReader.Names).DistinctBy(Convert.ToHexString);

    /// <summary>The highest layer that has the directory: its attributes are those of the merged one.</summary>
    public SafeFileHandle Top => layers[0];

    /// <summary>
    /// What a name stands for: a directory, or the one thing that is not, opened with O_PATH; both null when there is nothing.
    /// The caller owns it.
    /// </summary>
    public (MergedDirectory? Directory, SafeFileHandle? Other) Lookup(string name)
    {
        var nameBytes = Encoding.Latin1.GetBytes(name + "\0");
        var found = new List<SafeFileHandle>();
        var merged = new MergedDirectory(found);
        try
        {
            foreach (var layer in layers)
            {
                var fd = At.openat(layer.Fd(), nameBytes, At.O_RDONLY | At.O_DIRECTORY | At.O_NOFOLLOW | At.O_CLOEXEC, 0);
                if (fd >= 0)
                {
                    found.Add(new SafeFileHandle(fd, ownsHandle: true));
                    if (Overlay.IsOpaque(found[^1]))
                        break;
                    continue;
                }
                if (Errno.Last == Errno.ENOENT)
                    continue;
                if (Errno.Last is not (Errno.ENOTDIR or Errno.ELOOP))
                    throw SyscallException.Last("open", Unpack.EntryPath.Show(name));
                if (found.Count > 0)
                    break;
                return (null, OpenOther(layer, nameBytes));
            }
        }
        catch
        {
            merged.Dispose();
            throw;
        }
        return found.Count > 0 ? (merged, null) : (null, null);
    }

    private static SafeFileHandle? OpenOther(SafeFileHandle layer, byte[] name)
    {
        var fd = At.openat(layer.Fd(), name, At.O_PATH | At.O_NOFOLLOW | At.O_CLOEXEC, 0);
        if (fd < 0)
            return Errno.Last == Errno.ENOENT ? null : throw SyscallException.Last("open", "");
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        if (!Stat(handle).IsWhiteout)
            return handle;
        handle.Dispose();
        return null;
    }

    public static Statx Stat(SafeFileHandle handle) =>
        At.statx(handle.Fd(), "\0"u8, At.AT_EMPTY_PATH | At.AT_SYMLINK_NOFOLLOW, out var stat) == 0 ? stat : throw SyscallException.Last("stat", "");

    public void Dispose()
    {
        foreach (var layer in layers)
            layer.Dispose();
    }
}
