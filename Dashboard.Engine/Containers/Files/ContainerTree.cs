using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Containers.Files;

/// <summary>Paths below the root of a container, resolved by the kernel with RESOLVE_IN_ROOT: no link, no ".." and no rename meanwhile leads out.</summary>
internal sealed class ContainerTree(SafeFileHandle root)
{
    private const ulong Resolve = At.RESOLVE_IN_ROOT | At.RESOLVE_NO_MAGICLINKS;
    private const int RaceAttempts = 200;
    /// <summary>Docker's own limit.</summary>
    private const int LinksMax = 255;

    /// <summary>By O_PATH. The caller owns it.</summary>
    /// <exception cref="SyscallException">With the reason.</exception>
    public SafeFileHandle Open(ArchivePath path) => Open(path.Clean, path.Follow ? At.O_DIRECTORY : At.O_NOFOLLOW);

    public PathStat Describe(ArchivePath path, SafeFileHandle node)
    {
        var stat = MergedDirectory.Stat(node);
        return new PathStat
        {
            Name = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(path.Name)),
            Size = (long)stat.Size,
            Mode = stat.Mode,
            ModifyTime = stat.ModifyTime.ToTimespec(),
            LinkTarget = stat.Type == At.S_IFLNK ? "/" + Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(Follow(path.Clean))) : "",
        };
    }

    /// <summary>An existing directory that may be written to; links are followed.</summary>
    public void CheckWritable(ArchivePath path, bool readOnlyRoot)
    {
        using var place = Open(path.Clean, 0);
        var stat = MergedDirectory.Stat(place);
        if (!stat.IsDirectory)
            throw new EngineException(ErrorKind.System, "extraction point is not a directory");
        if (stat.MountId == MergedDirectory.Stat(root).MountId)
        {
            if (readOnlyRoot)
                throw new EngineException(ErrorKind.System, "container rootfs is marked read-only");
        }
        else if (At.fstatfs(place.Fd(), out var fileSystem) == 0 && (fileSystem.Flags & Statfs.ReadOnly) != 0)
        {
            throw new EngineException(ErrorKind.System, "mounted volume is marked read-only");
        }
    }

    private SafeFileHandle Open(string path, int flags)
    {
        var fd = TryOpen(path, flags);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw SyscallException.Last("lstat", "/" + EntryPath.Show(path));
    }

    private int TryOpen(string path, int flags)
    {
        var name = Encoding.Latin1.GetBytes((path.Length == 0 ? "." : path) + "\0");
        for (var attempt = 1; ; attempt++)
        {
            var fd = At.openat2(root.Fd(), name, At.O_PATH | At.O_CLOEXEC | flags, 0, Resolve);
            if (fd >= 0 || Errno.Last != Errno.EAGAIN || attempt == RaceAttempts)
                return fd;
        }
    }

    /// <summary>Where a path leads to when all its links are followed, for a client that goes on from there by itself; nothing of ours relies on it.</summary>
    private string Follow(string path)
    {
        var pending = new Stack<string>(path.Split('/').Reverse());
        var done = new List<string>();
        var links = 0;
        while (pending.TryPop(out var part))
        {
            if (part is "" or ".")
                continue;
            if (part == "..")
            {
                done.RemoveRange(Math.Max(0, done.Count - 1), Math.Min(1, done.Count));
                continue;
            }
            done.Add(part);
            if (ReadLink(string.Join('/', done)) is not { } target)
                continue;
            if (++links > LinksMax)
                throw new SyscallException("lstat", "/" + EntryPath.Show(path), Errno.ELOOP);
            if (target.StartsWith('/'))
                done.Clear();
            else
                done.RemoveAt(done.Count - 1);
            foreach (var next in target.Split('/').Reverse())
                pending.Push(next);
        }
        return string.Join('/', done);
    }

    private string? ReadLink(string path)
    {
        var fd = TryOpen(path, At.O_NOFOLLOW);
        if (fd < 0)
            return null;
        using var node = new SafeFileHandle(fd, ownsHandle: true);
        Span<byte> target = stackalloc byte[4096];
        var length = At.readlinkat(fd, "\0"u8, target, (nuint)target.Length);
        return length > 0 ? Encoding.Latin1.GetString(target[..(int)length]) : null;
    }
}
