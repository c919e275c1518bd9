using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Engine.Tasks;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Containers.Files;

/// <summary>
/// <c>docker diff</c>: the upper directory held against the layers below it, without a mount. A directory is changed when
/// its owner or mode is, or something in it (moby pkg/archive, FileInfo.addChanges).
/// </summary>
internal sealed class LayerDiff
{
    private const int DepthMax = 1024;

    private readonly List<PathChange> changes = [];
    private readonly StartMarks marks;
    private readonly CancellationToken cancellationToken;

    private LayerDiff(OverlayMount overlay, CancellationToken cancellationToken) =>
        (marks, this.cancellationToken) = (new StartMarks(overlay.LowerDirs), cancellationToken);

    /// <summary>In the order of paths, so that a directory comes before what is in it.</summary>
    public static IReadOnlyList<PathChange> Read(OverlayMount overlay, CancellationToken cancellationToken)
    {
        var diff = new LayerDiff(overlay, cancellationToken);
        using var upper = PathHandles.OpenDirectory(overlay.UpperDir);
        using var lower = MergedDirectory.OpenRoot(overlay.LowerDirs);
        diff.Compare(upper, lower, "", 0);
        diff.changes.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return diff.changes;
    }

    private void Compare(SafeFileHandle upper, MergedDirectory? lower, string prefix, int depth)
    {
        if (depth == DepthMax)
            throw new SyscallException("open", EntryPath.Show(prefix), Errno.ENAMETOOLONG);
        cancellationToken.ThrowIfCancellationRequested();
        var names = DirectoryReader.Names(upper);
        foreach (var name in names)
            CompareName(upper, lower, name, prefix, depth);
        if (lower is not null && Overlay.IsOpaque(upper))
            Delete(lower, prefix, names.Select(Text).ToHashSet(StringComparer.Ordinal));
    }

    private void CompareName(SafeFileHandle upper, MergedDirectory? lower, byte[] nameBytes, string prefix, int depth)
    {
        var fd = At.openat(upper.Fd(), nameBytes, At.O_PATH | At.O_NOFOLLOW | At.O_CLOEXEC, 0);
        if (fd < 0)
            return;
        using var node = new SafeFileHandle(fd, ownsHandle: true);
        var stat = MergedDirectory.Stat(node);
        var path = prefix.Length == 0 ? Text(nameBytes) : $"{prefix}/{Text(nameBytes)}";
        var (directory, other) = lower?.Lookup(Text(nameBytes)) ?? (null, null);
        using (directory)
        using (other)
        {
            var below = directory?.Top ?? other;
            if (stat.IsWhiteout)
            {
                if (below is not null)
                    Add(path, PathChangeKind.Deleted);
            }
            else if (!marks.Has(path, node, stat))
            {
                var before = changes.Count;
                CompareChildren(node, stat, directory, path, depth);
                if (below is null)
                    Add(path, PathChangeKind.Added);
                else if (changes.Count > before || Differs(stat, MergedDirectory.Stat(below)))
                    Add(path, PathChangeKind.Modified);
            }
        }
    }

    private void CompareChildren(SafeFileHandle node, Statx stat, MergedDirectory? below, string path, int depth)
    {
        if (stat.IsDirectory)
        {
            using var directory = PathHandles.Wrap(At.openat(node.Fd(), "."u8, At.O_RDONLY | At.O_DIRECTORY | At.O_CLOEXEC, 0), "open", EntryPath.Show(path));
            Compare(directory, below, path, depth + 1);
        }
        else if (below is not null)
        {
            Delete(below, path, []);
        }
    }

    /// <summary>What was in a directory that another has taken the place of.</summary>
    private void Delete(MergedDirectory gone, string path, HashSet<string> kept)
    {
        foreach (var name in gone.Names().Select(Text).Where(name => !kept.Contains(name)))
        {
            var (directory, other) = gone.Lookup(name);
            using (directory)
            using (other)
            {
                if (directory is not null || other is not null)
                    Add(path.Length == 0 ? name : $"{path}/{name}", PathChangeKind.Deleted);
            }
        }
    }

    private static bool Differs(Statx now, Statx before) =>
        now.Mode != before.Mode || now.Uid != before.Uid || now.Gid != before.Gid
        || (now.DeviceMajor, now.DeviceMinor) != (before.DeviceMajor, before.DeviceMinor)
        || (!now.IsDirectory && (now.Size != before.Size || now.ModifyTime.ToTimespec() != before.ModifyTime.ToTimespec()));

    private void Add(string path, PathChangeKind kind) => changes.Add(new PathChange("/" + Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path)), kind));

    private static string Text(byte[] name) => Encoding.Latin1.GetString(name.AsSpan(0, name.Length - 1));
}
