namespace Dashboard.Client.Streaming.Logs;

/// <summary>A line as it can be shown: text without any control character but tabs, and its colours apart from it. The text is hostile all the same: encode it.</summary>
/// <param name="Time">Nanoseconds since 1970; 0 when the engine gave none.</param>
/// <param name="Spans">Covers the whole text; null when all of it is plain.</param>
/// <param name="Cut">Bytes that were left out at the end because the line was too long.</param>
public sealed record LogLine(long Time, LogStream Stream, string Text, IReadOnlyList<AnsiSpan>? Spans, long Cut)
{
    /// <summary>Counts from 0 when the feed started; given by the ring.</summary>
    public long Number { get; init; } = -1;

    /// <summary>What the line costs in memory, about, in bytes.</summary>
    public int Size => 96 + 2 * Text.Length + 40 * (Spans?.Count ?? 0);

    public DateTimeOffset? Written => Time == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(Time / 100);
}
