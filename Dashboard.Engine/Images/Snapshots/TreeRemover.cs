using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>
/// Deletes trees that strangers filled. A tree is first moved into a trash directory, so that it is gone in one step; then
/// it is taken apart there: every directory inside that is not empty is moved up beside it (two that empty one trash do not
/// disturb each other). So no symbolic link is ever
/// followed, no depth is too deep for a path or a stack, and what a crash leaves lies in the trash for the next start.
/// </summary>
internal static class TreeRemover
{
    /// <summary>Descriptors that one removal in place may hold; no path of a process is that deep.</summary>
    private const int DepthMax = 2048;

    /// <param name="parent">The directory that has the tree.</param>
    /// <param name="name">Without NUL; nothing happens when it is not there.</param>
    /// <param name="trash">A directory of the same file system.</param>
    public static void Remove(SafeFileHandle parent, ReadOnlySpan<byte> name, string trash)
    {
        byte[] nameBytes = [.. name, 0];
        using var trashDirectory = PathHandles.OpenDirectory(trash);
        var moved = UniqueName();
        if (At.renameat2(parent.Fd(), nameBytes, trashDirectory.Fd(), moved, At.RENAME_NOREPLACE) < 0)
        {
            if (Errno.Last == Errno.ENOENT)
                return;
            throw SyscallException.Last("rename", Unpack.EntryPath.Show(Encoding.Latin1.GetString(name)));
        }
        Empty(trashDirectory, [moved]);
    }

    /// <summary>
    /// For a tree that cannot be moved (another file system, or a directory of an overlay's lower layer): descends by
    /// descriptors, never through a link, and never into another mount, which cannot be removed.
    /// </summary>
    /// <param name="parent">The directory that has the tree.</param>
    /// <param name="name">NUL-terminated.</param>
    public static void RemoveInPlace(SafeFileHandle parent, byte[] name)
    {
        var trail = new Stack<(SafeFileHandle Parent, byte[] Name, SafeFileHandle Directory, Queue<byte[]> Children)>();
        try
        {
            Enter(trail, parent, name);
            while (trail.TryPeek(out var top))
            {
                if (!top.Children.TryDequeue(out var child))
                {
                    top.Directory.Dispose();
                    trail.Pop();
                    Unlink(top.Parent, top.Name, At.AT_REMOVEDIR);
                }
                else if (At.unlinkat(top.Directory.Fd(), child, 0) < 0 && Errno.Last != Errno.ENOENT)
                {
                    if (Errno.Last is not (Errno.EISDIR or Errno.EPERM))
                        throw SyscallException.Last("unlinkat", Show(child));
                    Enter(trail, top.Directory, child);
                }
            }
        }
        finally
        {
            foreach (var left in trail)
                left.Directory.Dispose();
        }
    }

    private static void Enter(Stack<(SafeFileHandle, byte[], SafeFileHandle, Queue<byte[]>)> trail, SafeFileHandle parent, byte[] name)
    {
        if (trail.Count == DepthMax)
            throw new SyscallException("unlinkat", Show(name), Errno.ENAMETOOLONG);
        var directory = PathHandles.Wrap(
            At.openat2(parent.Fd(), name, At.O_RDONLY | At.O_DIRECTORY | At.O_NOFOLLOW | At.O_CLOEXEC, 0, At.RESOLVE_BENEATH | At.RESOLVE_NO_SYMLINKS | At.RESOLVE_NO_XDEV) is var fd && fd < 0 && Errno.Last == Errno.EXDEV
                ? throw new SyscallException("unlinkat", Show(name), Errno.EBUSY)
                : fd,
            "open", Show(name));
        trail.Push((parent, name, directory, new Queue<byte[]>(DirectoryReader.Names(directory))));
    }

    private static void Unlink(SafeFileHandle parent, byte[] name, int flags)
    {
        if (At.unlinkat(parent.Fd(), name, flags) < 0 && Errno.Last != Errno.ENOENT)
            throw SyscallException.Last("unlinkat", Show(name));
    }

    /// <summary>Deletes all that is in a trash directory; returns how many trees that were.</summary>
    public static int Empty(string trash)
    {
        using var directory = PathHandles.OpenDirectory(trash);
        var names = DirectoryReader.Names(directory);
        Empty(directory, names);
        return names.Count;
    }

    private static void Empty(SafeFileHandle trash, IEnumerable<byte[]> names)
    {
        var pending = new Stack<byte[]>(names);
        while (pending.TryPop(out var name))
        {
            if (At.unlinkat(trash.Fd(), name, 0) == 0 || Errno.Last == Errno.ENOENT)
                continue;
            if (Errno.Last is not (Errno.EISDIR or Errno.EPERM))
                throw SyscallException.Last("unlink", Show(name));
            if (At.unlinkat(trash.Fd(), name, At.AT_REMOVEDIR) == 0 || Errno.Last == Errno.ENOENT)
                continue;
            if (Errno.Last is not (Errno.ENOTEMPTY or Errno.EEXIST))
                throw SyscallException.Last("rmdir", Show(name));
            TakeApart(trash, name, pending);
            if (At.unlinkat(trash.Fd(), name, At.AT_REMOVEDIR) < 0 && Errno.Last != Errno.ENOENT)
                throw SyscallException.Last("rmdir", Show(name));
        }
    }

    private static void TakeApart(SafeFileHandle trash, byte[] name, Stack<byte[]> pending)
    {
        var fd = At.openat(trash.Fd(), name, At.O_RDONLY | At.O_DIRECTORY | At.O_NOFOLLOW | At.O_CLOEXEC, 0);
        if (fd < 0 && Errno.Last == Errno.ENOENT)
            return;
        using var directory = PathHandles.Wrap(fd, "open", Show(name));
        foreach (var child in DirectoryReader.Names(directory))
        {
            if (At.unlinkat(directory.Fd(), child, 0) == 0 || Errno.Last == Errno.ENOENT)
                continue;
            if (Errno.Last is not (Errno.EISDIR or Errno.EPERM))
                throw SyscallException.Last("unlink", Show(child));
            if (At.unlinkat(directory.Fd(), child, At.AT_REMOVEDIR) == 0 || Errno.Last == Errno.ENOENT)
                continue;
            if (Errno.Last is not (Errno.ENOTEMPTY or Errno.EEXIST))
                throw SyscallException.Last("rmdir", Show(child));
            var moved = UniqueName();
            if (At.renameat2(directory.Fd(), child, trash.Fd(), moved, At.RENAME_NOREPLACE) == 0)
                pending.Push(moved);
            else if (Errno.Last != Errno.ENOENT)
                throw SyscallException.Last("rename", Show(child));
        }
    }

    private static byte[] UniqueName() => Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N") + "\0");

    private static string Show(byte[] name) => Unpack.EntryPath.Show(Encoding.Latin1.GetString(name.AsSpan(0, name.Length - 1)));
}
