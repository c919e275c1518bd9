using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Unpack;

/// <summary>
/// Makes the members of one layer in its directory, with everything that a tar can say: owners, modes with setuid, times to
/// the nanosecond, xattrs, holes, devices, hard links. OCI whiteouts (image-spec, layer.md) become overlayfs's own.
/// Attributes are set in the order that the kernel keeps them: chown drops setuid and file capabilities, so it comes first.
/// </summary>
internal sealed class EntryWriter(LayerDirectory layer, DiskReserve reserve, EntryRules rules)
{
    private const string WhiteoutPrefix = ".wh.";
    private const string OpaqueMarker = ".wh..wh..opq";
    /// <summary>AUFS's own bookkeeping, which Docker leaves out too.</summary>
    private const string AufsPrefix = ".wh..wh.";

    private readonly Dictionary<string, (Timespec Access, Timespec Modify)> directoryTimes = new(StringComparer.Ordinal);

    /// <summary>Docker's size of a layer: the sizes of its files added up, holes counted, hard links not.</summary>
    public long Size { get; private set; }

    /// <summary>Attributes that this file system does not take (as Docker, which goes on without them).</summary>
    public int SkippedXattrs { get; private set; }

    public void Write(TarEntry entry, TarReader data)
    {
        var path = rules.Place(entry.Name);
        if (path == rules.Base)
        {
            WriteRoot(entry);
            return;
        }
        var (directory, name) = EntryPath.Split(path);
        if (!rules.Whiteouts)
            WriteCopied(rules.Owned(entry), data, path, layer.Parent(directory), name);
        else if (name == OpaqueMarker)
            Overlay.MakeOpaque(layer.Parent(directory), path);
        else if (name.StartsWith(AufsPrefix, StringComparison.Ordinal) || path.StartsWith(AufsPrefix, StringComparison.Ordinal))
            return;
        else if (name.StartsWith(WhiteoutPrefix, StringComparison.Ordinal))
            WriteWhiteout(directory, name[WhiteoutPrefix.Length..], path);
        else
            WriteMember(entry, data, path, layer.Parent(directory), name);
    }

    /// <summary>Directories get their times last: making something in one changes them.</summary>
    public void Finish()
    {
        layer.Forget();
        foreach (var (path, times) in directoryTimes)
        {
            var fd = layer.TryOpen(path, 0);
            if (fd < 0)
                continue;
            using var directory = new SafeFileHandle(fd, ownsHandle: true);
            SetTimes(directory, times.Access, times.Modify, path);
        }
    }

    private void WriteRoot(TarEntry entry)
    {
        if (entry.Type != TarEntryType.Directory)
            throw new TarException("invalid archive: the root is not a directory");
        // What is copied into a directory says nothing of the directory itself, as in Docker.
        if (!rules.Whiteouts)
            return;
        layer.Implicit.Remove("");
        SetDirectory(layer.Root, entry, "");
    }

    /// <summary>
    /// A whiteout speaks of the layers below only. Where this layer has the name too, a directory becomes opaque and anything
    /// else hides what is below by itself, in whichever order the two come.
    /// </summary>
    private void WriteWhiteout(string directory, string name, string path)
    {
        if (name is "" or "." or "..")
            throw new TarException($"invalid archive: \"{EntryPath.Show(path)}\" is no name to remove");
        var parent = layer.Parent(directory);
        var nameBytes = Bytes(name);
        if (!LayerDirectory.TryStat(parent, nameBytes, out var stat))
        {
            Overlay.MakeWhiteout(parent, nameBytes, path);
        }
        else if (stat.IsDirectory)
        {
            using var existing = OpenDirectory(parent, nameBytes, path);
            Overlay.MakeOpaque(existing, path);
        }
    }

    /// <summary>A member that is copied into a container, where anything may be already.</summary>
    private void WriteCopied(TarEntry entry, TarReader data, string path, SafeFileHandle parent, string name)
    {
        rules.CheckLink(entry, path);
        if (rules.KeepKinds && LayerDirectory.TryStat(parent, Bytes(name), out var existing))
            rules.CheckKind(entry, path, existing.IsDirectory);
        WriteMember(entry, data, path, parent, name);
    }

    private void WriteMember(TarEntry entry, TarReader data, string path, SafeFileHandle parent, string name)
    {
        var nameBytes = Bytes(name);
        switch (entry.Type)
        {
            case TarEntryType.Regular:
                WriteFile(entry, data, path, parent, name, nameBytes);
                break;
            case TarEntryType.Directory:
                WriteDirectory(entry, path, parent, name, nameBytes);
                break;
            case TarEntryType.HardLink:
                WriteHardLink(entry, path, parent, name, nameBytes);
                break;
            default:
                WriteNode(entry, path, parent, name, nameBytes);
                break;
        }
    }

    private void WriteFile(TarEntry entry, TarReader data, string path, SafeFileHandle parent, string name, byte[] nameBytes)
    {
        var flags = At.O_WRONLY | At.O_CREAT | At.O_EXCL | At.O_NOFOLLOW | At.O_CLOEXEC;
        var fd = At.openat(parent.Fd(), nameBytes, flags, 0x180);
        if (fd < 0 && Errno.Last == Errno.EEXIST)
        {
            Replace(parent, name, nameBytes);
            fd = At.openat(parent.Fd(), nameBytes, flags, 0x180);
        }
        using var file = PathHandles.Wrap(fd, "open", EntryPath.Show(path));
        if (entry.Sparse is null)
            Copy(data, file, 0, entry.Size, path);
        else
            CopySparse(entry, data, file, path);
        Size = checked(Size + entry.Size);
        SetOwnerAndMode(file, entry, path);
        SetXattrs(file, entry, path);
        SetTimes(file, entry.AccessTime ?? entry.ModifyTime, entry.ModifyTime, path);
    }

    private void CopySparse(TarEntry entry, TarReader data, SafeFileHandle file, string path)
    {
        var pending = ReadOnlySpan<byte>.Empty;
        foreach (var run in entry.Sparse!)
        {
            for (long done = 0; done < run.Length;)
            {
                if (pending.IsEmpty)
                    pending = data.ReadData();
                var count = (int)Math.Min(pending.Length, run.Length - done);
                Write(file, pending[..count], run.Offset + done, path);
                pending = pending[count..];
                done += count;
            }
        }
        if (At.ftruncate(file.Fd(), entry.Size) < 0)
            throw SyscallException.Last("truncate", EntryPath.Show(path));
    }

    private void Copy(TarReader data, SafeFileHandle file, long offset, long length, string path)
    {
        for (var end = offset + length; offset < end;)
        {
            var chunk = data.ReadData();
            Write(file, chunk, offset, path);
            offset += chunk.Length;
        }
    }

    private void Write(SafeFileHandle file, ReadOnlySpan<byte> data, long offset, string path)
    {
        reserve.Account(data.Length, path);
        while (!data.IsEmpty)
        {
            var written = At.pwrite(file.Fd(), data, (nuint)data.Length, offset);
            if (written < 0 && Errno.Last != Errno.EINTR)
                throw SyscallException.Last("write", EntryPath.Show(path));
            if (written <= 0)
                continue;
            data = data[(int)written..];
            offset += written;
        }
    }

    private void WriteDirectory(TarEntry entry, string path, SafeFileHandle parent, string name, byte[] nameBytes)
    {
        var opaque = false;
        if (At.mkdirat(parent.Fd(), nameBytes, 0x1C0) < 0)
        {
            if (Errno.Last != Errno.EEXIST)
                throw SyscallException.Last("mkdir", EntryPath.Show(path));
            if (LayerDirectory.TryStat(parent, nameBytes, out var stat) && !stat.IsDirectory)
            {
                opaque = rules.Whiteouts && stat.IsWhiteout;
                layer.Remove(parent, name, stat);
                if (At.mkdirat(parent.Fd(), nameBytes, 0x1C0) < 0)
                    throw SyscallException.Last("mkdir", EntryPath.Show(path));
            }
        }
        layer.Implicit.Remove(path);
        using var directory = OpenDirectory(parent, nameBytes, path);
        SetDirectory(directory, entry, path);
        if (opaque)
            Overlay.MakeOpaque(directory, path);
    }

    private void SetDirectory(SafeFileHandle directory, TarEntry entry, string path)
    {
        SetOwnerAndMode(directory, entry, path);
        SetXattrs(directory, entry, path);
        directoryTimes[path] = (entry.AccessTime ?? entry.ModifyTime, entry.ModifyTime);
    }

    /// <summary>The link is to the name itself, not through a symbolic link, and both ends lie inside the layer.</summary>
    private void WriteHardLink(TarEntry entry, string path, SafeFileHandle parent, string name, byte[] nameBytes)
    {
        var target = rules.Place(entry.LinkName);
        var (targetDirectory, targetName) = EntryPath.Split(target);
        if (targetName.Length == 0)
            throw new TarException($"invalid archive: \"{EntryPath.Show(path)}\" links to the root");
        using var from = layer.OpenExisting(targetDirectory);
        var targetBytes = Bytes(targetName);
        if (At.linkat(from.Fd(), targetBytes, parent.Fd(), nameBytes, 0) == 0)
            return;
        var what = $"{EntryPath.Show(target)} {EntryPath.Show(path)}";
        if (Errno.Last != Errno.EEXIST)
            throw SyscallException.Last("link", what);
        if (!LayerDirectory.TryStat(from, targetBytes, out var source))
            throw new SyscallException("link", what, Errno.ENOENT);
        if (LayerDirectory.TryStat(parent, nameBytes, out var existing))
        {
            if (existing.Inode == source.Inode)
                return;
            layer.Remove(parent, name, existing);
        }
        if (At.linkat(from.Fd(), targetBytes, parent.Fd(), nameBytes, 0) < 0)
            throw SyscallException.Last("link", what);
    }

    /// <summary>Symbolic links, devices and pipes: what has no descriptor to set attributes by.</summary>
    private void WriteNode(TarEntry entry, string path, SafeFileHandle parent, string name, byte[] nameBytes)
    {
        if (Make(entry, parent, nameBytes) < 0)
        {
            if (Errno.Last == Errno.EEXIST)
                Replace(parent, name, nameBytes);
            else
                throw SyscallException.Last(Call(entry), EntryPath.Show(path));
            if (Make(entry, parent, nameBytes) < 0)
                throw SyscallException.Last(Call(entry), EntryPath.Show(path));
        }
        if (At.fchownat(parent.Fd(), nameBytes, entry.Uid, entry.Gid, At.AT_SYMLINK_NOFOLLOW) < 0)
            throw SyscallException.Last("lchown", EntryPath.Show(path));
        if (entry.Type == TarEntryType.SymbolicLink)
            // As large as its text, which dockerd counts too.
            Size = checked(Size + Encoding.UTF8.GetByteCount(entry.LinkName));
        else
            SetMode(parent, nameBytes, entry.Mode, path);
        foreach (var (key, value) in entry.Xattrs)
        {
            // There is no call for an attribute of a name in a directory: the descriptor's own path in /proc stands for it.
            if (Wanted(key))
                Check(At.lsetxattr(Encoding.Latin1.GetBytes($"/proc/self/fd/{parent.Fd()}/{name}\0"), Bytes(key), value, (nuint)value.Length, 0), path);
        }
        if (At.utimensat(parent.Fd(), nameBytes, [entry.AccessTime ?? entry.ModifyTime, entry.ModifyTime], At.AT_SYMLINK_NOFOLLOW) < 0)
            throw SyscallException.Last("lchtimes", EntryPath.Show(path));
    }

    /// <summary>By descriptor: chmod follows links, and in a running container the name may be one by now.</summary>
    private static void SetMode(SafeFileHandle parent, byte[] name, uint mode, string path)
    {
        using var node = PathHandles.Wrap(At.openat(parent.Fd(), name, At.O_PATH | At.O_NOFOLLOW | At.O_CLOEXEC, 0), "open", EntryPath.Show(path));
        if (MergedDirectory.Stat(node).Type != At.S_IFLNK && At.fchmodat(At.AT_FDCWD, Encoding.ASCII.GetBytes($"/proc/self/fd/{node.Fd()}\0"), mode, 0) < 0)
            throw SyscallException.Last("chmod", EntryPath.Show(path));
    }

    private static string Call(TarEntry entry) => entry.Type == TarEntryType.SymbolicLink ? "symlink" : "mknod";

    private static int Make(TarEntry entry, SafeFileHandle parent, byte[] name) => entry.Type switch
    {
        TarEntryType.SymbolicLink => At.symlinkat(Bytes(entry.LinkName), parent.Fd(), name),
        TarEntryType.Fifo => At.mknodat(parent.Fd(), name, At.S_IFIFO | 0x180, 0),
        TarEntryType.Block => At.mknodat(parent.Fd(), name, At.S_IFBLK | 0x180, At.MakeDevice(entry.DeviceMajor, entry.DeviceMinor)),
        _ => At.mknodat(parent.Fd(), name, At.S_IFCHR | 0x180, At.MakeDevice(entry.DeviceMajor, entry.DeviceMinor)),
    };

    private void Replace(SafeFileHandle parent, string name, byte[] nameBytes)
    {
        if (LayerDirectory.TryStat(parent, nameBytes, out var stat))
            layer.Remove(parent, name, stat);
    }

    private static void SetOwnerAndMode(SafeFileHandle file, TarEntry entry, string path)
    {
        if (At.fchown(file.Fd(), entry.Uid, entry.Gid) < 0)
            throw SyscallException.Last("chown", EntryPath.Show(path));
        if (At.fchmod(file.Fd(), entry.Mode) < 0)
            throw SyscallException.Last("chmod", EntryPath.Show(path));
    }

    private void SetXattrs(SafeFileHandle file, TarEntry entry, string path)
    {
        foreach (var (key, value) in entry.Xattrs)
        {
            if (Wanted(key))
                Check(At.fsetxattr(file.Fd(), Bytes(key), value, (nuint)value.Length, 0), path);
        }
    }

    private static bool Wanted(string xattr) => !xattr.StartsWith(Overlay.XattrPrefix, StringComparison.Ordinal) && !xattr.Contains('\0');

    private void Check(int result, string path)
    {
        if (result == 0)
            return;
        if (Errno.Last is not (Errno.EOPNOTSUPP or Errno.EPERM))
            throw SyscallException.Last("setxattr", EntryPath.Show(path));
        SkippedXattrs++;
    }

    private static void SetTimes(SafeFileHandle file, Timespec access, Timespec modify, string path)
    {
        if (At.futimens(file.Fd(), [access, modify]) < 0)
            throw SyscallException.Last("chtimes", EntryPath.Show(path));
    }

    private static SafeFileHandle OpenDirectory(SafeFileHandle parent, byte[] name, string path) =>
        PathHandles.Wrap(At.openat(parent.Fd(), name, At.O_RDONLY | At.O_DIRECTORY | At.O_NOFOLLOW | At.O_CLOEXEC, 0), "open", EntryPath.Show(path));

    private static byte[] Bytes(string text)
    {
        if (text.Contains('\0'))
            throw new TarException("invalid archive: a name with NUL");
        var bytes = new byte[text.Length + 1];
        Encoding.Latin1.GetBytes(text, bytes);
        return bytes;
    }
}
