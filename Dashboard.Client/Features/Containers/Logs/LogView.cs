using Dashboard.Client.Streaming.Logs;

namespace Dashboard.Client.Features.Containers.Logs;

/// <summary>
/// What one pane shows of a ring: all of it or the lines that match, moving with it or held still. Held still it keeps its
/// own lines, so that whoever reads is not disturbed when the ring lets them go. Not thread-safe: it belongs to a circuit.
/// </summary>
/// <param name="pausedAt">See <see cref="PausedAt"/>.</param>
internal sealed class LogView(LogRing ring, long? pausedAt = null)
{
    private readonly List<LogLine> matches = [];
    private long first;
    private long next;
    private long searchedTo;
    private long cleared;
    private long droppedWhenCleared;
    private long dropped;
    private long unseenFrom;
    private LogLine?[]? held;

    public string Query { get; private set; } = "";

    public bool IsFollowing => held is null;

    /// <summary>Lines to show.</summary>
    public int Count => Query.Length > 0 ? matches.Count : (int)(next - first);

    /// <summary>Lines that are searched, matching or not.</summary>
    public int Searched => (int)(next - first);

    /// <summary>While held still: lines that came since and would be shown.</summary>
    public int Unseen { get; private set; }

    /// <summary>Lines that came and are gone again because the ring is bounded.</summary>
    public long Skipped => Math.Max(0, dropped - droppedWhenCleared);

    /// <summary>Lines were written while nothing was read, too many to begin with them: how many is not known.</summary>
    public bool HasGap { get; private set; }

    /// <summary>While nothing was read yet since <see cref="Pause"/>: when the last line was written that was read before it.</summary>
    public long? PausedAt => pausedAt;

    /// <summary>From here on nothing may be read for a while; the next line that comes tells whether there is a gap.</summary>
    public void Pause()
    {
        var end = ring.Range.Next;
        pausedAt ??= ring.Read(end - 1, end) is [var last] ? last.Time : null;
    }

    /// <summary>Takes in what came since the last time.</summary>
    public void Refresh()
    {
        var range = ring.Range;
        FindGap(range);
        if (held is not null)
        {
            if (Query.Length == 0)
                Unseen = (int)Math.Min(int.MaxValue, range.Next - next);
            else
                Unseen += ring.Read(unseenFrom, range.Next).Count(Matches);
            unseenFrom = range.Next;
            return;
        }
        // A feed that stopped because nobody looked begins anew.
        if (range.Dropped < dropped)
            droppedWhenCleared = 0;
        (first, next, dropped) = (Math.Max(range.First, cleared), Math.Max(range.Next, cleared), range.Dropped);
        if (Query.Length == 0)
            return;
        matches.RemoveRange(0, matches.FindIndex(line => line.Number >= first) is var kept and >= 0 ? kept : matches.Count);
        matches.AddRange(ring.Read(Math.Max(searchedTo, first), next).Where(Matches));
        searchedTo = next;
    }

    /// <summary>Holds still what was shown last.</summary>
    public void Hold()
    {
        if (held is not null)
            return;
        held = new LogLine?[next - first];
        foreach (var line in ring.Read(first, next))
            held[line.Number - first] = line;
        Unseen = 0;
        unseenFrom = next;
    }

    public void Follow()
    {
        if (held is null)
            return;
        held = null;
        Unseen = 0;
        Search(Query);
    }

    public void Search(string query)
    {
        Query = query;
        matches.Clear();
        searchedTo = 0;
        if (held is not null)
        {
            if (query.Length > 0)
                matches.AddRange(held.OfType<LogLine>().Where(Matches));
            Unseen = 0;
            unseenFrom = next;
        }
        Refresh();
    }

    /// <summary>Leaves out everything that came until now; it stays in the container's log.</summary>
    public void Clear()
    {
        (_, cleared, droppedWhenCleared) = ring.Range;
        HasGap = false;
        held = null;
        Search(Query);
    }

    /// <summary>Lines by their place in what is shown; null is one that is gone.</summary>
    public IReadOnlyList<LogLine?> Window(int start, int count)
    {
        start = Math.Clamp(start, 0, Count);
        count = Math.Clamp(count, 0, Count - start);
        if (Query.Length > 0)
            return matches.GetRange(start, count);
        if (held is not null)
            return held[start..(start + count)];
        var lines = new LogLine?[count];
        foreach (var line in ring.Read(first + start, first + start + count))
            lines[line.Number - first - start] = line;
        return lines;
    }

    // A feed that went on all the time still has what was seen, or counts what it let go.
    private void FindGap((long First, long Next, long Dropped) range)
    {
        if (pausedAt is not { } seen || ring.Read(range.First, range.First + 1) is not [var first])
            return;
        HasGap = range.Dropped == 0 && first.Time > seen;
        pausedAt = null;
    }

    private bool Matches(LogLine line) => line.Text.Contains(Query, StringComparison.OrdinalIgnoreCase);
}
