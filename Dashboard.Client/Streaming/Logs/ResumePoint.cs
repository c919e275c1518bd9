namespace Dashboard.Client.Streaming.Logs;

/// <summary>
/// Where to go on after an interruption. The engine answers "since" with lines of that instant too, and two streams may
/// write their times slightly out of order; so it is asked for a little more, and what was seen is recognised by its time
/// and its place in the order, which is that of the file and does not change.
/// </summary>
internal sealed class ResumePoint
{
    private const int Remembered = 64;
    private readonly Queue<long> seen = new();
    private readonly Queue<long> expected = new();
    private long forgotten;

    /// <summary>Nanoseconds since 1970 to ask for; null when nothing was read yet.</summary>
    public long? Begin()
    {
        expected.Clear();
        if (seen.Count == 0)
            return null;
        var since = Math.Max(seen.Min(), forgotten + 1);
        foreach (var time in seen.Where(time => time >= since))
            expected.Enqueue(time);
        return since;
    }

    /// <returns>False when the line was seen before the interruption.</returns>
    public bool IsNew(long time)
    {
        // An engine that gives no times cannot be asked for what came after one.
        if (time == 0)
            return true;
        if (expected.Contains(time))
        {
            while (expected.Dequeue() != time)
            {
                // The engine has forgotten lines that we have.
            }
            return false;
        }
        seen.Enqueue(time);
        if (seen.Count > Remembered)
            forgotten = Math.Max(forgotten, seen.Dequeue());
        return true;
    }

    public void Clear()
    {
        seen.Clear();
        expected.Clear();
        forgotten = 0;
    }
}
