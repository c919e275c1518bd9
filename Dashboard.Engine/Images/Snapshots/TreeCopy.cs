using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>
/// Copies a merged directory with all that is in it: owners, modes, times, xattrs, links, devices, holes. Both sides may be a
/// stranger's, and a container may rename what is just written: every step opens one name below a descriptor and follows no
/// link. Directories are opened anew for each visit, so no depth runs out of descriptors.
/// </summary>
internal sealed class TreeCopy
{
    private readonly MergedDirectory source;
    private readonly SafeFileHandle target;
    private readonly Stack<byte[][]> pending = new();
    private readonly Dictionary<(uint, uint, ulong), byte[][]> firstNames = [];
    private readonly List<(byte[][] Path, Timespec Access, Timespec Modify)> times = [];

    private TreeCopy(MergedDirectory source, SafeFileHandle target) => (this.source, this.target) = (source, target);

    /// <param name="target">An empty directory; it takes the attributes of <paramref name="source"/> too.</param>
    /// <exception cref="IOException">What is copied so far stays.</exception>
    public static void Run(MergedDirectory source, SafeFileHandle target)
    {
        var copy = new TreeCopy(source, target);
        copy.pending.Push([]);
        while (copy.pending.TryPop(out var path))
            copy.Visit(path);
        // What is written into a directory changes its time: these come last, children first.
        for (var i = copy.times.Count - 1; i >= 0; i--)
        {
            using var directory = copy.OpenTarget(copy.times[i].Path);
            if (At.futimens(directory.Fd(), [copy.times[i].Access, copy.times[i].Modify]) < 0)
                throw SyscallException.Last("chtimes", Show(copy.times[i].Path));
        }
    }

    private void Visit(byte[][] path)
    {
        var from = source;
        foreach (var name in path)
        {
            var next = from.Lookup(Text(name)).Directory;
            if (from != source)
                from.Dispose();
            from = next ?? throw new IOException($"open {Show(path)}: it changed while it was copied");
        }
        try
        {
            using var to = OpenTarget(path);
            foreach (var name in from.Names())
                CopyName(from, to, name, [.. path, name]);
            DirectoryAttributes.Copy(from.Top, to, Show(path), tolerant: true);
            var stat = MergedDirectory.Stat(from.Top);
            times.Add((path, stat.AccessTime.ToTimespec(), stat.ModifyTime.ToTimespec()));
        }
        finally
        {
            if (from != source)
                from.Dispose();
        }
    }

    private void CopyName(MergedDirectory from, SafeFileHandle to, byte[] name, byte[][] path)
    {
        var (directory, other) = from.Lookup(Text(name));
        using (directory)
        using (other)
        {
            if (directory is not null)
            {
                Check(At.mkdirat(to.Fd(), name, 0x1C0), "mkdir", path);
                pending.Push(path);
            }
            else if (other is not null)
            {
                CopyOther(other, to, name, path);
            }
        }
    }

    private void CopyOther(SafeFileHandle from, SafeFileHandle to, byte[] name, byte[][] path)
    {
        var stat = MergedDirectory.Stat(from);
        var inode = (stat.FileSystemMajor, stat.FileSystemMinor, stat.Inode);
        if (stat.LinkCount > 1 && firstNames.TryGetValue(inode, out var first))
        {
            using var parent = OpenTarget(first[..^1]);
            Check(At.linkat(parent.Fd(), first[^1], to.Fd(), name, 0), "link", path);
            return;
        }
        if (stat.Type == At.S_IFREG)
            CopyFile(from, to, name, path, stat);
        else
            CopyNode(from, to, name, path, stat);
        if (stat.LinkCount > 1)
            firstNames[inode] = path;
    }

    private static void CopyFile(SafeFileHandle from, SafeFileHandle to, byte[] name, byte[][] path, Statx stat)
    {
        // The path of a descriptor in /proc opens the very same file, whatever its name is by now.
        using var source = PathHandles.Wrap(At.openat(At.AT_FDCWD, Encoding.ASCII.GetBytes($"/proc/self/fd/{from.Fd()}\0"), At.O_RDONLY | At.O_NONBLOCK | At.O_CLOEXEC, 0), "open", Show(path));
        using var copy = PathHandles.Wrap(At.openat(to.Fd(), name, At.O_WRONLY | At.O_CREAT | At.O_EXCL | At.O_NOFOLLOW | At.O_CLOEXEC, 0x180), "open", Show(path));
        FileCopy.Run(source, copy, (long)stat.Size, Show(path));
        DirectoryAttributes.Copy(source, copy, Show(path), tolerant: true);
    }

    /// <summary>Symbolic links, devices, pipes and sockets.</summary>
    private static void CopyNode(SafeFileHandle from, SafeFileHandle to, byte[] name, byte[][] path, Statx stat)
    {
        if (stat.Type == At.S_IFLNK)
            Check(At.symlinkat(Encoding.Latin1.GetBytes(MergedTree.ReadLink(from) + "\0"), to.Fd(), name), "symlink", path);
        else
            Check(At.mknodat(to.Fd(), name, stat.Type | 0x180, At.MakeDevice(stat.DeviceMajor, stat.DeviceMinor)), "mknod", path);
        Check(At.fchownat(to.Fd(), name, stat.Uid, stat.Gid, At.AT_SYMLINK_NOFOLLOW), "lchown", path);
        if (stat.Type != At.S_IFLNK)
        {
            // By descriptor: chmod follows links, and the name might be one by now.
            using var node = PathHandles.Wrap(At.openat(to.Fd(), name, At.O_PATH | At.O_NOFOLLOW | At.O_CLOEXEC, 0), "open", Show(path));
            Check(At.fchmodat(At.AT_FDCWD, Encoding.ASCII.GetBytes($"/proc/self/fd/{node.Fd()}\0"), stat.Mode & 0xFFFu, 0), "chmod", path);
        }
        Check(At.utimensat(to.Fd(), name, [stat.AccessTime.ToTimespec(), stat.ModifyTime.ToTimespec()], At.AT_SYMLINK_NOFOLLOW), "lchtimes", path);
    }

    private SafeFileHandle OpenTarget(byte[][] path)
    {
        var current = Open(target, ".\0"u8, path);
        foreach (var name in path)
        {
            using var parent = current;
            current = Open(parent, name, path);
        }
        return current;
    }

    private static SafeFileHandle Open(SafeFileHandle parent, ReadOnlySpan<byte> name, byte[][] path) =>
        PathHandles.Wrap(At.openat(parent.Fd(), name, At.O_RDONLY | At.O_DIRECTORY | At.O_NOFOLLOW | At.O_CLOEXEC, 0), "open", Show(path));

    private static void Check(int result, string call, byte[][] path)
    {
        if (result < 0)
            throw SyscallException.Last(call, Show(path));
    }

    private static string Text(byte[] name) => Encoding.Latin1.GetString(name.AsSpan(0, name.Length - 1));

    private static string Show(byte[][] path) => Unpack.EntryPath.Show(string.Join('/', path.Select(Text)));
}
