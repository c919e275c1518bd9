using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Containers.Files;

/// <summary>
/// What a start leaves in a writable layer where an image lacks it: the places that /proc, /sys, /dev and the files of /etc are
/// mounted at. Docker has them in a layer of its own below the container's, so they are no change of the container.
/// </summary>
internal sealed class StartMarks(IReadOnlyList<string> lowerDirs)
{
    private static readonly string[] Files = ["etc/hosts", "etc/hostname", "etc/resolv.conf"];
    private static readonly string[] Directories = ["etc", "proc", "sys", "dev"];

    /// <param name="path">In the writable layer, without a leading slash, as bytes.</param>
    /// <param name="node">By O_PATH.</param>
    /// <param name="stat">Of it.</param>
    public bool Has(string path, SafeFileHandle node, Statx stat)
    {
        if (Files.Contains(path))
            return stat.Type == At.S_IFREG && stat.Size == 0 && Below(path) is null;
        if (!stat.IsDirectory || !Directories.Contains(path))
            return false;
        return Below(path) is not { } below || (below.Mode == stat.Mode && below.Uid == stat.Uid && below.Gid == stat.Gid) ? HasOnlyMarks(path, node) : false;
    }

    private bool HasOnlyMarks(string path, SafeFileHandle node)
    {
        using var directory = PathHandles.Wrap(At.openat(node.Fd(), "."u8, At.O_RDONLY | At.O_DIRECTORY | At.O_CLOEXEC, 0), "open", path);
        if (Overlay.IsOpaque(directory))
            return false;
        foreach (var name in DirectoryReader.Names(directory))
        {
            var child = At.openat(directory.Fd(), name, At.O_PATH | At.O_NOFOLLOW | At.O_CLOEXEC, 0);
            if (child < 0)
                continue;
            using var handle = new SafeFileHandle(child, ownsHandle: true);
            if (!Has($"{path}/{Encoding.Latin1.GetString(name.AsSpan(0, name.Length - 1))}", handle, MergedDirectory.Stat(handle)))
                return false;
        }
        return true;
    }

    private Statx? Below(string path)
    {
        var (directory, other) = MergedTree.Open(lowerDirs, path);
        using (directory)
        using (other)
            return directory is not null ? MergedDirectory.Stat(directory.Top) : other is not null ? MergedDirectory.Stat(other) : null;
    }
}
