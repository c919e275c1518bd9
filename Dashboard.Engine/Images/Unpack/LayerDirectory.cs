using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Unpack;

/// <summary>
/// The directory that a layer is unpacked into, as the root of every name: paths are resolved by the kernel with
/// openat2(2) RESOLVE_IN_ROOT, so neither ".." nor a symbolic link made by an earlier member leads out of it. Nobody else
/// knows the directory, so a parent that was opened stays the parent until a member replaces a directory.
/// Paths are clean (<see cref="EntryPath.Clean"/>) strings of bytes.
/// </summary>
internal sealed class LayerDirectory : IDisposable
{
    private const ulong InRoot = At.RESOLVE_IN_ROOT | At.RESOLVE_NO_MAGICLINKS;
    private const int LinksMax = 40;
    private const int RaceAttempts = 200;

    private readonly SafeFileHandle root;
    private readonly string? trash;
    private readonly ulong resolve;
    private readonly byte[] pathBytes = new byte[4096];
    private SafeFileHandle? parent;
    private string parentPath = "";

    /// <param name="path">An empty directory.</param>
    /// <param name="trash">Another directory of the same file system, for what members replace.</param>
    public LayerDirectory(string path, string trash)
    {
        root = PathHandles.OpenDirectory(path);
        this.trash = trash;
        resolve = InRoot | At.RESOLVE_NO_XDEV;
    }

    /// <summary>
    /// The root of a container, for files that are copied into it: mounts are entered, there is nothing to hide, and what is
    /// replaced is taken away where it is. Its processes may rename what lies on a path meanwhile: they move things about in their own root.
    /// </summary>
    public LayerDirectory(SafeFileHandle containerRoot)
    {
        root = PathHandles.Wrap(At.openat(containerRoot.Fd(), "."u8, At.O_PATH | At.O_DIRECTORY | At.O_CLOEXEC, 0), "open", "/");
        resolve = InRoot;
    }

    public SafeFileHandle Root => root;

    /// <summary>Directories that no member described: their attributes come from the layers below.</summary>
    public HashSet<string> Implicit { get; } = new(StringComparer.Ordinal) { "" };

    /// <summary>Opens a member's directory, making what is missing of it. Valid until the next call.</summary>
    public SafeFileHandle Parent(string path)
    {
        if (parent is not null && parentPath == path)
            return parent;
        Forget();
        parent = Open(path);
        parentPath = path;
        return parent;
    }

    /// <summary>Opens a directory by its path, making what is missing of it. The caller owns it.</summary>
    public SafeFileHandle Open(string path)
    {
        var fd = TryOpen(path, 0);
        if (fd >= 0)
            return new SafeFileHandle(fd, ownsHandle: true);
        if (Errno.Last is not (Errno.ENOENT or Errno.ENOTDIR))
            throw SyscallException.Last("open", EntryPath.Show(path));
        return Make(path);
    }

    /// <summary>-1 and errno when it is not there. A last component that is a symbolic link is followed inside the root.</summary>
    public int TryOpen(string path, int flags) =>
        Resolve(path, flags, resolve);

    /// <summary>EAGAIN: something moved while ".." was resolved, and the kernel cannot say whether it is still inside (openat2(2)).</summary>
    private int Resolve(string path, int flags, ulong how)
    {
        for (var attempt = 1; ; attempt++)
        {
            var fd = At.openat2(root.Fd(), Bytes(path.Length == 0 ? "." : path), At.O_RDONLY | At.O_DIRECTORY | At.O_CLOEXEC | flags, 0, how);
            if (fd >= 0 || Errno.Last != Errno.EAGAIN || attempt == RaceAttempts)
                return fd;
        }
    }

    /// <summary>The parent of an existing name, for a hard link's target.</summary>
    public SafeFileHandle OpenExisting(string path) => PathHandles.Wrap(TryOpen(path, 0), "link", EntryPath.Show(path));

    /// <summary>A directory that was there may be gone: no descriptor of it is used again.</summary>
    public void Forget()
    {
        parent?.Dispose();
        parent = null;
    }

    /// <summary>Takes away whatever a name stands for, a directory with all that is in it.</summary>
    public void Remove(SafeFileHandle directory, string name, Statx what)
    {
        if (!what.IsDirectory)
        {
            if (At.unlinkat(directory.Fd(), Bytes(name), 0) < 0)
                throw SyscallException.Last("unlink", EntryPath.Show(name));
            return;
        }
        if (trash is null)
            TreeRemover.RemoveInPlace(directory, Encoding.Latin1.GetBytes(name + "\0"));
        else
            TreeRemover.Remove(directory, Encoding.Latin1.GetBytes(name), trash);
        // The parent itself cannot be inside of what was removed; but a later path may have led through it.
        if (parent is not null && !ReferenceEquals(parent, directory))
            Forget();
    }

    public static bool TryStat(SafeFileHandle directory, ReadOnlySpan<byte> name, out Statx stat)
    {
        if (At.statx(directory.Fd(), name, At.AT_SYMLINK_NOFOLLOW, out stat) == 0)
            return true;
        return Errno.Last == Errno.ENOENT ? false : throw SyscallException.Last("lstat", EntryPath.Show(Encoding.Latin1.GetString(name[..^1])));
    }

    /// <summary>NUL-terminated, in a buffer that the next call overwrites.</summary>
    private ReadOnlySpan<byte> Bytes(string path)
    {
        if (path.Length >= pathBytes.Length)
            throw new SyscallException("open", EntryPath.Show(path), Errno.ENAMETOOLONG);
        Encoding.Latin1.GetBytes(path, pathBytes);
        pathBytes[path.Length] = 0;
        return pathBytes.AsSpan(0, path.Length + 1);
    }

    /// <summary>
    /// Walks a path one component at a time and makes directories where nothing is, also where a symbolic link points
    /// (its target may live in a layer below). A whiteout of this layer in the way becomes an opaque directory.
    /// </summary>
    private SafeFileHandle Make(string path)
    {
        var pending = new Stack<string>(path.Split('/').Reverse());
        var done = new List<string>();
        var links = 0;
        var current = Dup(root);
        try
        {
            while (pending.TryPop(out var name))
            {
                if (name is "" or ".")
                    continue;
                if (name == "..")
                {
                    if (done.Count > 0)
                        done.RemoveAt(done.Count - 1);
                    Step(ref current, string.Join('/', done));
                    continue;
                }
                var nameBytes = Encoding.Latin1.GetBytes(name + "\0");
                if (TryStat(current, nameBytes, out var stat) && stat.Type == At.S_IFLNK)
                {
                    if (++links > LinksMax)
                        throw new SyscallException("open", EntryPath.Show(path), Errno.ELOOP);
                    var target = ReadLink(current, nameBytes);
                    if (target.StartsWith('/'))
                    {
                        done.Clear();
                        Step(ref current, "");
                    }
                    foreach (var part in target.Split('/').Reverse())
                        pending.Push(part);
                    continue;
                }
                done.Add(name);
                var here = string.Join('/', done);
                if (stat.Mode == 0 || IsWhiteout(stat))
                    MakeOne(current, name, nameBytes, stat, here);
                Step(ref current, here);
            }
            return current;
        }
        catch
        {
            current.Dispose();
            throw;
        }
    }

    private void MakeOne(SafeFileHandle directory, string name, byte[] nameBytes, Statx stat, string path)
    {
        if (IsWhiteout(stat))
            Remove(directory, name, stat);
        if (At.mkdirat(directory.Fd(), nameBytes, 0x1ED) < 0 && (trash is not null || Errno.Last != Errno.EEXIST))
            throw SyscallException.Last("mkdir", EntryPath.Show(path));
        Implicit.Add(path);
        if (!IsWhiteout(stat))
            return;
        using var made = PathHandles.Wrap(At.openat(directory.Fd(), nameBytes, At.O_RDONLY | At.O_DIRECTORY | At.O_NOFOLLOW | At.O_CLOEXEC, 0), "open", EntryPath.Show(path));
        Overlay.MakeOpaque(made, path);
    }

    /// <summary>To a directory whose path has no links in it any more.</summary>
    private void Step(ref SafeFileHandle current, string path)
    {
        var next = PathHandles.Wrap(Resolve(path, 0, resolve | At.RESOLVE_NO_SYMLINKS), "open", EntryPath.Show(path));
        current.Dispose();
        current = next;
    }

    /// <summary>Only in a layer: in a container the same device is a file of somebody.</summary>
    private bool IsWhiteout(Statx stat) => trash is not null && stat.IsWhiteout;

    private static string ReadLink(SafeFileHandle directory, byte[] name)
    {
        Span<byte> target = stackalloc byte[4096];
        var length = At.readlinkat(directory.Fd(), name, target, (nuint)target.Length);
        return length >= 0 ? Encoding.Latin1.GetString(target[..(int)length]) : throw SyscallException.Last("readlink", EntryPath.Show(Encoding.Latin1.GetString(name)));
    }

    private static SafeFileHandle Dup(SafeFileHandle handle) =>
        PathHandles.Wrap(At.openat(handle.Fd(), "."u8, At.O_RDONLY | At.O_DIRECTORY | At.O_CLOEXEC, 0), "open", ".");

    public void Dispose()
    {
        Forget();
        root.Dispose();
    }
}
