using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>Docker's size of a writable layer: the sizes of all files in it, each inode once, directories not.</summary>
internal static class DirectoryUsage
{
    /// <summary>Open descriptors per walk; below that depth nothing is counted (no path of a process reaches there).</summary>
    private const int DepthMax = 2048;

    /// <summary>Bytes. Names that vanish during the walk are left out.</summary>
    public static long Of(string path, CancellationToken cancellationToken)
    {
        var seen = new HashSet<ulong>();
        long total = 0;
        var trail = new Stack<(SafeFileHandle Directory, Queue<byte[]> Names)>();
        try
        {
            Enter(trail, PathHandles.OpenDirectory(path));
            while (trail.TryPeek(out var top))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!top.Names.TryDequeue(out var name))
                {
                    trail.Pop().Directory.Dispose();
                    continue;
                }
                if (At.statx(top.Directory.Fd(), name, At.AT_SYMLINK_NOFOLLOW, out var stat) < 0)
                    continue;
                if (stat.IsDirectory)
                {
                    var fd = trail.Count < DepthMax ? At.openat(top.Directory.Fd(), name, At.O_RDONLY | At.O_DIRECTORY | At.O_NOFOLLOW | At.O_CLOEXEC, 0) : -1;
                    if (fd >= 0)
                        Enter(trail, new SafeFileHandle(fd, ownsHandle: true));
                }
                else if (stat.LinkCount == 1 || seen.Add(stat.Inode))
                {
                    total += (long)stat.Size;
                }
            }
            return total;
        }
        finally
        {
            foreach (var (directory, _) in trail)
                directory.Dispose();
        }
    }

    private static void Enter(Stack<(SafeFileHandle, Queue<byte[]>)> trail, SafeFileHandle directory) =>
        trail.Push((directory, new Queue<byte[]>(DirectoryReader.Names(directory))));
}
