using System.Buffers;
using System.Text;

namespace Dashboard.Client.Streaming.Logs;

/// <summary>
/// Bytes of one stream to lines. The engine puts a time before each line: "2026-01-31T12:34:56.123456789Z text\r\n"; a line
/// may come in any number of pieces, cut anywhere. Of a line that is too long the end is left out and counted. Of a line
/// that overwrites itself (a progress bar, "10%\r20%\r") the last state is shown. Bytes that are not UTF-8 become U+FFFD.
/// </summary>
internal sealed class LineAssembler(LogStream stream)
{
    /// <summary>Bytes of text that are kept of a line.</summary>
    public const int MaximumLine = 16 * 1024;
    private const int LongestTime = 40;
    private readonly ArrayBufferWriter<byte> pending = new(256);
    private long cut;
    private AnsiStyle style;

    public void Add(ReadOnlySpan<byte> bytes, Action<LogLine> line)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            Keep(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
                return;
            line(Take());
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>What is left when the stream ends is a line without its end.</summary>
    public void End(Action<LogLine> line)
    {
        if (pending.WrittenCount > 0)
            line(Take());
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = Math.Max(0, MaximumLine + LongestTime - pending.WrittenCount);
        var kept = Math.Min(room, bytes.Length);
        pending.Write(bytes[..kept]);
        cut += bytes.Length - kept;
    }

    private LogLine Take()
    {
        var bytes = pending.WrittenSpan;
        var time = LogTime.Read(bytes, out var length);
        bytes = bytes[length..];
        var left = cut + Math.Max(0, bytes.Length - MaximumLine);
        bytes = bytes[..Math.Min(bytes.Length, MaximumLine)];
        if (left > 0)
        {
            var whole = WholeCharacters(bytes);
            left += bytes.Length - whole;
            bytes = bytes[..whole];
        }
        var (text, spans) = AnsiText.Parse(Encoding.UTF8.GetString(LastState(bytes)), ref style);
        pending.ResetWrittenCount();
        cut = 0;
        return new LogLine(time, stream, text, spans, left);
    }

    private static ReadOnlySpan<byte> LastState(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimEnd((byte)'\r');
        return bytes[(bytes.LastIndexOf((byte)'\r') + 1)..];
    }

    // Where a cut would leave the first bytes of a character.
    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(3, bytes.Length); back++)
        {
            var first = bytes[^back];
            if (first < 0x80)
                break;
            if (first >= 0xc0)
                return back < (first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2) ? bytes.Length - back : bytes.Length;
        }
        return bytes.Length;
    }
}
