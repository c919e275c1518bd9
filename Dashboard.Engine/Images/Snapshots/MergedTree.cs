using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>Paths in a stack of layers, resolved as a process inside of it would: links, also absolute ones and "..", stay in its root.</summary>
internal static class MergedTree
{
    private const int LinksMax = 40;

    /// <param name="layers">Topmost first.</param>
    /// <returns>Null when there is no regular file at the path.</returns>
    /// <exception cref="IOException">It is longer than <paramref name="maxBytes"/>.</exception>
    public static byte[]? ReadFile(IReadOnlyList<string> layers, string path, int maxBytes)
    {
        var (directory, file) = Open(layers, path);
        directory?.Dispose();
        using (file)
        {
            return file is not null && MergedDirectory.Stat(file) is { Type: At.S_IFREG } stat ? Read(file, stat, path, maxBytes) : null;
        }
    }

    /// <summary>What a path leads to: a directory, or the one thing that is not (opened with O_PATH); both null when there is nothing. The caller owns it.</summary>
    public static (MergedDirectory? Directory, SafeFileHandle? Other) Open(IReadOnlyList<string> layers, string path)
    {
        var pending = new Stack<string>(path.Split('/').Reverse());
        var trail = new List<MergedDirectory> { MergedDirectory.OpenRoot(layers) };
        var links = 0;
        try
        {
            while (pending.TryPop(out var name))
            {
                if (name is "" or ".")
                    continue;
                if (name == "..")
                {
                    Climb(trail, Math.Max(1, trail.Count - 1));
                    continue;
                }
                var (directory, other) = trail[^1].Lookup(name);
                if (directory is not null)
                {
                    trail.Add(directory);
                    continue;
                }
                if (other is null || (MergedDirectory.Stat(other) is { Type: not At.S_IFLNK } && pending.Count == 0))
                    return (null, other);
                using var link = other;
                if (MergedDirectory.Stat(link).Type != At.S_IFLNK || ++links > LinksMax)
                    return (null, null);
                var target = ReadLink(link);
                if (target.StartsWith('/'))
                    Climb(trail, 1);
                foreach (var part in target.Split('/').Reverse())
                    pending.Push(part);
            }
            var found = trail[^1];
            trail.RemoveAt(trail.Count - 1);
            return (found, null);
        }
        finally
        {
            Climb(trail, 0);
        }
    }

    /// <summary>The highest layer's own directory at a clean path without links, or null; the caller owns it.</summary>
    public static MergedDirectory? OpenDirectory(IReadOnlyList<string> layers, string path)
    {
        var current = MergedDirectory.OpenRoot(layers);
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            MergedDirectory? next;
            using (current)
            {
                (next, var other) = current.Lookup(name);
                other?.Dispose();
            }
            if (next is null)
                return null;
            current = next;
        }
        return current;
    }

    private static void Climb(List<MergedDirectory> trail, int depth)
    {
        while (trail.Count > depth)
        {
            trail[^1].Dispose();
            trail.RemoveAt(trail.Count - 1);
        }
    }

    private static byte[] Read(SafeFileHandle file, Statx stat, string path, int maxBytes)
    {
        if (stat.Size > (ulong)maxBytes)
            throw new IOException($"read {path}: larger than {maxBytes} bytes");
        // An O_PATH descriptor cannot be read; its own path in /proc opens the very same file, whatever its name is by now.
        var proc = Encoding.ASCII.GetBytes($"/proc/self/fd/{file.Fd()}\0");
        using var readable = PathHandles.Wrap(At.openat(At.AT_FDCWD, proc, At.O_RDONLY | At.O_NONBLOCK | At.O_CLOEXEC, 0), "open", path);
        var content = new byte[stat.Size];
        var length = 0;
        while (length < content.Length)
        {
            var count = At.pread(readable.Fd(), content.AsSpan(length), (nuint)(content.Length - length), length);
            if (count < 0)
                throw SyscallException.Last("read", path);
            if (count == 0)
                break;
            length += (int)count;
        }
        return length == content.Length ? content : content[..length];
    }

    public static string ReadLink(SafeFileHandle link)
    {
        Span<byte> target = stackalloc byte[4096];
        var length = At.readlinkat(link.Fd(), "\0"u8, target, (nuint)target.Length);
        return length >= 0 ? Encoding.Latin1.GetString(target[..(int)length]) : throw SyscallException.Last("readlink", "");
    }
}
