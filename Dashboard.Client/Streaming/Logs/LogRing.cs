namespace Dashboard.Client.Streaming.Logs;

/// <summary>The last lines of a log, bounded in number and in memory. Lines are numbered from 0 and keep their number; what fell out is counted.</summary>
public sealed class LogRing(int maximumLines = LogRing.MaximumLines, long maximumBytes = LogRing.MaximumBytes)
{
    public const int MaximumLines = 10_000;
    public const long MaximumBytes = 16L * 1024 * 1024;
    private readonly Lock gate = new();
    private readonly LogLine?[] lines = new LogLine?[maximumLines];
    private long first;
    private long next;
    private long dropped;
    private long bytes;

    /// <summary>First line that is there, the one after the last, and how many fell out since the ring was empty, all at the same instant.</summary>
    public (long First, long Next, long Dropped) Range
    {
        get
        {
            lock (gate)
                return (first, next, dropped);
        }
    }

    public void Add(LogLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        lock (gate)
        {
            var numbered = line with { Number = next };
            while (next > first && (next - first >= maximumLines || bytes + numbered.Size > maximumBytes))
                DropFirst();
            lines[next % maximumLines] = numbered;
            next++;
            bytes += numbered.Size;
        }
    }

    /// <summary>Those of the lines from <paramref name="from"/> up to, not including, <paramref name="to"/> that are still there.</summary>
    public IReadOnlyList<LogLine> Read(long from, long to)
    {
        lock (gate)
        {
            from = Math.Max(from, first);
            to = Math.Min(to, next);
            if (from >= to)
                return [];
            var read = new LogLine[to - from];
            for (var number = from; number < to; number++)
                read[number - from] = lines[number % maximumLines]!;
            return read;
        }
    }

    /// <summary>Gives the memory back; numbers go on.</summary>
    public void Clear()
    {
        lock (gate)
        {
            Array.Clear(lines);
            first = next;
            dropped = 0;
            bytes = 0;
        }
    }

    private void DropFirst()
    {
        var slot = first % maximumLines;
        bytes -= lines[slot]!.Size;
        lines[slot] = null;
        first++;
        dropped++;
    }
}
