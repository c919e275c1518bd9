namespace Dashboard.Runtime.Shim;

/// <summary>Bytes that wait for a reader, in one growing array that is given back when it runs empty.</summary>
internal sealed class ByteQueue
{
    private byte[] buffer = [];
    private int start, end;

    public int Count => end - start;

    public ReadOnlySpan<byte> Content => buffer.AsSpan(start, Count);

    public void Append(ReadOnlySpan<byte> data) => data.CopyTo(Reserve(data.Length));

    /// <summary>Room for so many bytes at the end, already counted.</summary>
    public Span<byte> Reserve(int count)
    {
        if (end + count > buffer.Length)
        {
            var grown = buffer.Length >= Count + count ? buffer : new byte[Math.Max(4096, (Count + count) * 2)];
            Content.CopyTo(grown);
            (end, start) = (Count, 0);
            buffer = grown;
        }
        end += count;
        return buffer.AsSpan(end - count, count);
    }

    public void Consume(int count)
    {
        start += count;
        if (start != end)
            return;
        (start, end) = (0, 0);
        // An idle shim keeps nothing of a burst.
        if (buffer.Length > 64 << 10)
            buffer = [];
    }

    /// <summary>Takes back what <see cref="Reserve"/> gave too much.</summary>
    public void Trim(int count) => end -= count;
}
