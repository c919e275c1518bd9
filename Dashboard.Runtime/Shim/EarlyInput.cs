namespace Dashboard.Runtime.Shim;

/// <summary>What clients send between attach and start, each piece with the connection that has to wait for it.</summary>
internal sealed class EarlyInput
{
    private readonly List<(Connection From, byte[] Data)> pieces = [];
    private readonly HashSet<Connection> paused = [];
    private int size;
    private bool ended;

    public void Write(Connection from, ReadOnlySpan<byte> data)
    {
        if (ended)
            return;
        pieces.Add((from, data.ToArray()));
        size += data.Length;
        if (size > Connection.HighWater && paused.Add(from))
            from.PauseReading(true);
    }

    /// <summary>No more will come.</summary>
    public void End() => ended = true;

    /// <summary>The program runs. True when its input has ended already.</summary>
    public bool Release(InputPipe? input)
    {
        // First, since the pipe pauses them again as it fills.
        foreach (var connection in paused)
            connection.PauseReading(false);
        paused.Clear();
        foreach (var (from, data) in pieces)
            input?.Write(from, data);
        pieces.Clear();
        return ended;
    }
}
