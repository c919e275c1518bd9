using System.Text;
using Dashboard.Linux;

namespace Dashboard.Runtime.Shim;

/// <summary>
/// Docker's json-file: one JSON object per line, <c>{"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.123456789Z"}</c>,
/// rotated to .1, .2 and so on. A line waits for its newline, or for 16 KiB, as in dockerd's copier. Where the disk is full a
/// line is dropped and counted, and the next one that fits is led by a notice of it: a container never stands still for its log.
/// </summary>
internal sealed unsafe class LogFile : IDisposable
{
    private const int MaxLine = 16 << 10;

    private readonly string path;
    private readonly long maxSize;
    private readonly int maxFile;
    private readonly ByteQueue pending = new();
    private readonly ByteQueue[] partial = [new(), new()];
    private readonly byte[] second = new byte[19];
    private readonly byte[][] tails;
    private long cachedSecond = -1;
    private int fd = -1;
    private long size;
    private long droppedLines;

    public LogFile(string path, long maxSize, int maxFile, string? attributes = null)
    {
        var more = attributes is null ? "" : ",\"attrs\":" + attributes;
        tails = [Encoding.UTF8.GetBytes($"\",\"stream\":\"stdout\"{more},\"time\":\""), Encoding.UTF8.GetBytes($"\",\"stream\":\"stderr\"{more},\"time\":\"")];
        (this.path, this.maxSize, this.maxFile) = (path, maxSize, Math.Max(1, maxFile));
        Open();
    }

    /// <summary>Of the log as it would have been written.</summary>
    public long DroppedBytes { get; private set; }

    /// <param name="stream">0 is stdout, 1 is stderr.</param>
    /// <param name="data">As it was read.</param>
    public void Append(int stream, ReadOnlySpan<byte> data)
    {
        var rest = partial[stream];
        while (!data.IsEmpty)
        {
            var newline = data.IndexOf((byte)'\n');
            var take = Math.Min(newline < 0 ? data.Length : newline + 1, MaxLine - rest.Count);
            if (rest.Count == 0 && (take == newline + 1 || take == MaxLine))
            {
                Line(stream, data[..take]);
            }
            else
            {
                rest.Append(data[..take]);
                if (take == newline + 1 || rest.Count == MaxLine)
                {
                    Line(stream, rest.Content);
                    rest.Consume(rest.Count);
                }
            }
            data = data[take..];
        }
        Flush();
    }

    /// <summary>Writes lines that never got their newline.</summary>
    public void Finish()
    {
        for (var stream = 0; stream < 2; stream++)
        {
            if (partial[stream].Count == 0)
                continue;
            Line(stream, partial[stream].Content);
            partial[stream].Consume(partial[stream].Count);
        }
        Flush();
    }

    public void Dispose()
    {
        if (fd >= 0)
            Unistd.close(fd);
        fd = -1;
    }

    private void Line(int stream, ReadOnlySpan<byte> text)
    {
        Encode(stream, text);
        if (maxSize > 0 && size + pending.Count > maxSize || pending.Count > 256 << 10)
            Flush();
    }

    private void Encode(int stream, ReadOnlySpan<byte> text)
    {
        pending.Append("{\"log\":\""u8);
        JsonLogEncoder.Append(pending, text);
        pending.Append(tails[stream]);
        Timestamp();
        pending.Append("\"}\n"u8);
    }

    // RFC3339Nano as Go writes it: trailing zeros of the fraction are cut.
    private void Timestamp()
    {
        Time.timespec now;
        _ = Time.clock_gettime(Time.CLOCK_REALTIME, &now);
        if (now.tv_sec != cachedSecond)
        {
            cachedSecond = now.tv_sec;
            Iso(DateTimeOffset.FromUnixTimeSeconds(now.tv_sec));
        }
        pending.Append(second);
        if (now.tv_nsec != 0)
        {
            Span<byte> fraction = stackalloc byte[10];
            fraction[0] = (byte)'.';
            var value = now.tv_nsec;
            for (var i = 9; i > 0; i--, value /= 10)
                fraction[i] = (byte)('0' + value % 10);
            pending.Append(fraction.TrimEnd((byte)'0'));
        }
        pending.Append("Z"u8);
    }

    private void Iso(DateTimeOffset time)
    {
        Span<int> parts = [time.Year, time.Month, time.Day, time.Hour, time.Minute, time.Second];
        var at = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var digits = i == 0 ? 4 : 2;
            for (int d = digits - 1, value = parts[i]; d >= 0; d--, value /= 10)
                second[at + d] = (byte)('0' + value % 10);
            at += digits;
            if (i < 5)
                second[at++] = (byte)"--T::"[i];
        }
    }

    private void Flush()
    {
        if (pending.Count == 0)
            return;
        if (fd < 0)
            Open();
        if (maxSize > 0 && size > 0 && size + pending.Count > maxSize)
            Rotate();
        var notice = PutNoticeFirst();
        var content = pending.Content;
        var kept = Write(content);
        if (kept < content.Length)
        {
            // No half line stays behind: the next one would be glued to it. And no notice without what it introduces.
            kept = content[..kept].LastIndexOf((byte)'\n') + 1;
            kept = kept > notice ? kept : 0;
            _ = Unistd.ftruncate(fd, size + kept);
        }
        var lost = content[Math.Max(kept, notice)..];
        DroppedBytes += lost.Length;
        droppedLines = (kept > 0 ? 0 : droppedLines) + lost.Count((byte)'\n');
        size += kept;
        pending.Consume(pending.Count);
    }

    /// <summary>Where lines were dropped there is one that says so, as soon as there is room again. Returns its length.</summary>
    private int PutNoticeFirst()
    {
        if (droppedLines == 0)
            return 0;
        var waiting = pending.Content.ToArray();
        pending.Consume(pending.Count);
        Encode(1, Encoding.ASCII.GetBytes($"[{droppedLines} log lines were dropped here: no space left on device]\n"));
        var length = pending.Count;
        pending.Append(waiting);
        return length;
    }

    /// <summary>How much of it the file has taken.</summary>
    private int Write(ReadOnlySpan<byte> content)
    {
        var done = 0;
        while (done < content.Length)
        {
            nint written;
            fixed (byte* data = content[done..])
                written = Unistd.write(fd, data, (nuint)(content.Length - done));
            if (written < 0 && Errno.Last == Errno.EINTR)
                continue;
            if (written <= 0)
                break;
            done += (int)written;
        }
        return done;
    }

    private void Rotate()
    {
        Unistd.close(fd);
        if (maxFile == 1)
        {
            _ = Unistd.unlink(path);
        }
        else
        {
            for (var i = maxFile - 1; i > 1; i--)
                _ = Stdio.rename($"{path}.{i - 1}", $"{path}.{i}");
            _ = Stdio.rename(path, path + ".1");
        }
        Open();
    }

    private void Open()
    {
        fd = Fcntl.open(path, Fcntl.O_WRONLY | Fcntl.O_CREAT | Fcntl.O_APPEND | Fcntl.O_CLOEXEC, 0x1a0);
        size = fd < 0 ? 0 : Unistd.lseek(fd, 0, Unistd.SEEK_END);
    }
}
