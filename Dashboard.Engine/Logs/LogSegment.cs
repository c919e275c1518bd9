using System.Text;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Logs;

/// <summary>An open segment of a log. It stays readable when rotation renames or removes it; its inode says which one it is.</summary>
internal sealed class LogSegment : IDisposable
{
    private readonly SafeFileHandle handle;

    private LogSegment(SafeFileHandle handle, ulong inode) => (this.handle, Inode) = (handle, inode);

    public ulong Inode { get; }

    public long Length => RandomAccess.GetLength(handle);

    public static LogSegment? TryOpen(string path)
    {
        try
        {
            var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new LogSegment(handle, InodeOf($"/proc/self/fd/{handle.DangerousGetHandle()}") ?? 0);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Oldest first; the live one is last.</summary>
    public static List<LogSegment> OpenAll(string path)
    {
        var segments = new List<LogSegment>();
        if (TryOpen(path) is { } live)
            segments.Add(live);
        for (var i = 1; TryOpen($"{path}.{i}") is { } rotated; i++)
            segments.Insert(0, rotated);
        return segments;
    }

    /// <summary>What came after this segment: null while it is the live one.</summary>
    public LogSegment? Next(string path)
    {
        if (InodeOf(path) == Inode)
            return null;
        for (var i = 1; InodeOf($"{path}.{i}") is { } inode; i++)
        {
            if (inode == Inode)
                return TryOpen(i == 1 ? path : $"{path}.{i - 1}");
        }
        // Rotated away altogether: the oldest that is left comes next.
        var last = 1;
        while (InodeOf($"{path}.{last}") is not null)
            last++;
        return TryOpen(last == 1 ? path : $"{path}.{last - 1}");
    }

    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(handle, buffer, offset);

    /// <summary>Where the last <paramref name="lines"/> lines begin; <paramref name="lines"/> keeps what this segment could not give.</summary>
    public long TailOffset(ref int lines)
    {
        var buffer = new byte[64 << 10];
        var end = Length;
        var first = true;
        for (var at = end; at > 0;)
        {
            var size = (int)Math.Min(buffer.Length, at);
            at -= size;
            var count = Read(buffer.AsSpan(0, size), at);
            for (var i = count - 1; i >= 0; i--)
            {
                if (buffer[i] != '\n')
                {
                    first = false;
                    continue;
                }
                // The newline that ends the last line begins none.
                if (first && at + i == end - 1)
                {
                    first = false;
                    continue;
                }
                if (--lines == 0)
                    return at + i + 1;
            }
        }
        if (end > 0)
            lines--;
        return 0;
    }

    public void Dispose() => handle.Dispose();

    private static ulong? InodeOf(string path)
    {
        var result = At.statx(Fcntl.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), 0, out var status);
        return result == 0 ? status.Inode : null;
    }
}
