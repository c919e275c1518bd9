using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Pack;

/// <summary>
/// Packs a tree that strangers own and may change meanwhile. Every step opens one name below a descriptor with O_PATH and
/// follows no link; only what is then known to be a regular file or a directory is opened to be read, so that no pipe or
/// device is ever touched. Members come in the order of their names, which makes equal trees equal archives.
/// </summary>
internal sealed class TreePacker(TarStreamWriter tar, LayerFilter? layer, CancellationToken cancellationToken)
{
    /// <summary>Descriptors of one walk; no path of a process is that deep.</summary>
    private const int DepthMax = 1024;

    private readonly Dictionary<(uint, uint, ulong), string> firstNames = [];
    private readonly Stack<Level> trail = new();

    private sealed record Level(SafeFileHandle Directory, string Prefix, Queue<byte[]> Names);

    /// <summary>One thing with all that is in it.</summary>
    /// <param name="node">By O_PATH; the caller's.</param>
    /// <param name="name">As it shall be called in the archive, without a trailing slash.</param>
    public void Pack(SafeFileHandle node, string name)
    {
        var stat = MergedDirectory.Stat(node);
        if (!stat.IsDirectory)
        {
            PackOther(node, stat, name);
            return;
        }
        // The root keeps the name that it was asked by: "/" stands before all others, "." does too.
        Enter(node, stat, name == "/" ? "" : name, named: true);
        Walk();
    }

    /// <summary>All that is in a directory, without the directory itself.</summary>
    public void PackContents(SafeFileHandle directory)
    {
        Enter(directory, MergedDirectory.Stat(directory), "", named: false);
        Walk();
    }

    private void Walk()
    {
        try
        {
            while (trail.TryPeek(out var level))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (level.Names.TryDequeue(out var name))
                    Visit(level, name);
                else
                    trail.Pop().Directory.Dispose();
            }
        }
        finally
        {
            foreach (var level in trail)
                level.Directory.Dispose();
        }
    }

    private void Visit(Level level, byte[] nameBytes)
    {
        var fd = At.openat(level.Directory.Fd(), nameBytes, At.O_PATH | At.O_NOFOLLOW | At.O_CLOEXEC, 0);
        if (fd < 0)
        {
            // It went away since the directory was read.
            if (Errno.Last == Errno.ENOENT)
                return;
            throw SyscallException.Last("open", EntryPath.Show(level.Prefix + Text(nameBytes)));
        }
        using var node = new SafeFileHandle(fd, ownsHandle: true);
        var stat = MergedDirectory.Stat(node);
        var name = level.Prefix + Text(nameBytes);
        if (layer is not null && stat.IsWhiteout)
            tar.WriteHeader(new TarEntry { Type = TarEntryType.Regular, Name = $"{level.Prefix}.wh.{Text(nameBytes)}", ModifyTime = stat.ModifyTime.ToTimespec() });
        else if (layer?.Leaves(name, node, stat) == true)
            return;
        else if (stat.IsDirectory)
            Enter(node, stat, name, named: true);
        else
            PackOther(node, stat, name);
    }

    private void Enter(SafeFileHandle node, Statx stat, string name, bool named)
    {
        if (trail.Count == DepthMax)
            throw new SyscallException("open", EntryPath.Show(name), Errno.ENAMETOOLONG);
        var directory = Reopen(node, At.O_DIRECTORY, name);
        try
        {
            if (named)
                tar.WriteHeader(Describe(stat, TarEntryType.Directory, name + "/") with { Xattrs = FileXattrs.Read(directory) });
            var prefix = named ? name + "/" : "";
            if (layer is not null && Overlay.IsOpaque(directory))
                tar.WriteHeader(new TarEntry { Type = TarEntryType.Regular, Name = prefix + ".wh..wh..opq", ModifyTime = stat.ModifyTime.ToTimespec() });
            var names = DirectoryReader.Names(directory);
            names.Sort(static (left, right) => left.AsSpan().SequenceCompareTo(right));
            trail.Push(new Level(directory, prefix, new Queue<byte[]>(names)));
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private void PackOther(SafeFileHandle node, Statx stat, string name)
    {
        var type = stat.Type switch
        {
            At.S_IFREG => TarEntryType.Regular,
            At.S_IFLNK => TarEntryType.SymbolicLink,
            At.S_IFCHR => TarEntryType.Character,
            At.S_IFBLK => TarEntryType.Block,
            At.S_IFIFO => TarEntryType.Fifo,
            // A tar has no sockets, and Docker leaves them out too.
            _ => (TarEntryType?)null,
        };
        if (type is not { } known)
            return;
        var inode = (stat.FileSystemMajor, stat.FileSystemMinor, stat.Inode);
        if (stat.LinkCount > 1 && firstNames.TryGetValue(inode, out var first))
        {
            tar.WriteHeader(Describe(stat, TarEntryType.HardLink, name) with { LinkName = first });
            return;
        }
        if (known == TarEntryType.Regular)
            PackFile(node, stat, name);
        else
            tar.WriteHeader(Describe(stat, known, name) with { LinkName = known == TarEntryType.SymbolicLink ? ReadLink(node) : "" });
        if (stat.LinkCount > 1)
            firstNames[inode] = name;
    }

    /// <summary>Exactly as many bytes as the header says: a file that grows is cut, one that shrinks is filled up.</summary>
    private void PackFile(SafeFileHandle node, Statx stat, string name)
    {
        using var file = Reopen(node, 0, name);
        var size = (long)stat.Size;
        tar.WriteHeader(Describe(stat, TarEntryType.Regular, name) with { Size = size, Xattrs = FileXattrs.Read(file) });
        for (long done = 0; done < size;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var room = tar.Room();
            room = room[..(int)Math.Min(room.Length, size - done)];
            var count = At.pread(file.Fd(), room, (nuint)room.Length, done);
            if (count < 0)
                throw SyscallException.Last("read", EntryPath.Show(name));
            if (count == 0)
            {
                room.Clear();
                count = room.Length;
            }
            tar.Advance((int)count);
            done += count;
        }
        tar.Pad(size);
    }

    private static TarEntry Describe(Statx stat, TarEntryType type, string name) => new()
    {
        Type = type,
        Name = name,
        Mode = stat.Mode & 0xFFFu,
        Uid = stat.Uid,
        Gid = stat.Gid,
        ModifyTime = stat.ModifyTime.ToTimespec(),
        DeviceMajor = type is TarEntryType.Character or TarEntryType.Block ? stat.DeviceMajor : 0,
        DeviceMinor = type is TarEntryType.Character or TarEntryType.Block ? stat.DeviceMinor : 0,
    };

    /// <summary>The path of a descriptor in /proc opens the very same file, whatever its name is by now.</summary>
    private static SafeFileHandle Reopen(SafeFileHandle node, int flags, string name) => PathHandles.Wrap(
        At.openat(At.AT_FDCWD, Encoding.ASCII.GetBytes($"/proc/self/fd/{node.Fd()}\0"), At.O_RDONLY | At.O_NONBLOCK | At.O_CLOEXEC | flags, 0), "open", EntryPath.Show(name));

    private static string ReadLink(SafeFileHandle link)
    {
        Span<byte> target = stackalloc byte[4096];
        var length = At.readlinkat(link.Fd(), "\0"u8, target, (nuint)target.Length);
        return length >= 0 ? Encoding.Latin1.GetString(target[..(int)length]) : throw SyscallException.Last("readlink", "");
    }

    private static string Text(byte[] name) => Encoding.Latin1.GetString(name.AsSpan(0, name.Length - 1));
}
