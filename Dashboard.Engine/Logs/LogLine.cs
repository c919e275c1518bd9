using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Logs;

/// <summary>
/// One line of a json-file segment, for example
/// <c>{"log":"hello\n","stream":"stdout","time":"2026-01-02T03:04:05.123456789Z"}</c>. Written by us or by dockerd: the keys
/// stand in this order, and then no JSON parser is needed; anything else goes through one.
/// </summary>
internal readonly ref struct LogLine
{
    private static ReadOnlySpan<byte> Head => "{\"log\":\""u8;
    private static ReadOnlySpan<byte> StdoutTail => "\",\"stream\":\"stdout\",\"time\":\""u8;
    private static ReadOnlySpan<byte> StderrTail => "\",\"stream\":\"stderr\",\"time\":\""u8;

    private static ReadOnlySpan<byte> StreamKey => "\",\"stream\":\""u8;
    private static ReadOnlySpan<byte> AttributesKey => "\",\"attrs\":"u8;
    private static ReadOnlySpan<byte> TimeKey => ",\"time\":\""u8;

    // stdout or stderr
    private const int StreamName = 6;
    // 2026-01-02T03:04:05
    private const int SecondsLength = 19;
    private const int FractionLength = 9;

    private LogLine(ReadOnlySpan<byte> text, OutputStream stream, ReadOnlySpan<byte> time, ReadOnlySpan<byte> attributes = default)
    {
        Attributes = attributes;
        Text = text;
        Stream = stream;
        Time = time;
    }

    /// <summary>Still escaped.</summary>
    public ReadOnlySpan<byte> Text { get; }
    public OutputStream Stream { get; }
    public ReadOnlySpan<byte> Time { get; }
    /// <summary>A JSON object, or nothing.</summary>
    public ReadOnlySpan<byte> Attributes { get; }

    /// <summary>Nanoseconds since the epoch, exactly: lines may be closer to each other than .NET's ticks.</summary>
    public long When
    {
        get
        {
            var (fraction, offset) = Fraction();
            var second = DateTimeOffset.Parse(Encoding.ASCII.GetString([.. Time[..SecondsLength], .. Time[offset]]), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            var nanoseconds = 0L;
            for (var digit = 0; digit < FractionLength; digit++)
                nanoseconds = nanoseconds * 10 + (digit < Time[fraction].Length ? Time[fraction][digit] - '0' : 0);
            return second.ToUnixTimeSeconds() * 1_000_000_000 + nanoseconds;
        }
    }

    /// <summary>The time with nine digits of fraction, as dockerd prints it; the file has as many as are needed (Go's RFC3339Nano).</summary>
    public void WriteTime(ArrayBufferWriter<byte> output)
    {
        if (Time.Length < SecondsLength)
        {
            output.Write(Time);
            return;
        }
        var (fraction, offset) = Fraction();
        output.Write(Time[..SecondsLength]);
        var padded = output.GetSpan(FractionLength + 1)[..(FractionLength + 1)];
        padded.Fill((byte)'0');
        padded[0] = (byte)'.';
        Time[fraction].CopyTo(padded[1..]);
        output.Advance(padded.Length);
        output.Write(Time[offset]);
    }

    // Where the digits after the point are, nine at most, and where the zone begins.
    private (Range Fraction, Range Offset) Fraction()
    {
        var zone = Time[SecondsLength..].IndexOfAny((byte)'Z', (byte)'+', (byte)'-');
        var end = zone < 0 ? Time.Length : SecondsLength + zone;
        var start = Math.Min(SecondsLength + 1, end);
        return (start..Math.Min(end, start + FractionLength), end..);
    }

    public static bool TryParse(ReadOnlySpan<byte> line, out LogLine result)
    {
        result = default;
        if (line.Length < Head.Length + 2 || !line.StartsWith(Head) || !line.EndsWith("\"}"u8))
            return false;
        var body = line[Head.Length..^2];
        var timeAt = body.LastIndexOf((byte)'"') + 1;
        var head = body[..timeAt];
        var time = body[timeAt..];
        if (head.EndsWith(StdoutTail))
            result = new(head[..^StdoutTail.Length], OutputStream.Stdout, time);
        else if (head.EndsWith(StderrTail))
            result = new(head[..^StderrTail.Length], OutputStream.Stderr, time);
        else
            return TryParseWithAttributes(head, time, out result);
        return true;
    }

    // text","stream":"stdout","attrs":{"tag":"x"},"time":" - what looks like it cannot be in a text, whose quotes are escaped.
    private static bool TryParseWithAttributes(ReadOnlySpan<byte> head, ReadOnlySpan<byte> time, out LogLine result)
    {
        result = default;
        var at = head.IndexOf(StreamKey);
        if (at < 0 || !head.EndsWith(TimeKey))
            return false;
        var text = head[..at];
        var rest = head[(at + StreamKey.Length)..^TimeKey.Length];
        if (!rest[Math.Min(StreamName, rest.Length)..].StartsWith(AttributesKey))
            return false;
        var attributes = rest[(StreamName + AttributesKey.Length)..];
        result = new(text, rest.StartsWith("stderr"u8) ? OutputStream.Stderr : OutputStream.Stdout, time, attributes);
        return true;
    }

    /// <summary>As <c>docker logs --details</c> shows them: <c>key=value,key=value</c>, escaped as in a query, and a blank.</summary>
    public void WriteDetails(ArrayBufferWriter<byte> output)
    {
        if (!Attributes.IsEmpty)
            output.Write(Encoding.UTF8.GetBytes(LogDetails.Format(Attributes)));
        output.Write(" "u8);
    }

    /// <summary>Appends the text as it was written by the container.</summary>
    public void Unescape(ArrayBufferWriter<byte> output)
    {
        var text = Text;
        while (true)
        {
            var escape = text.IndexOf((byte)'\\');
            if (escape < 0)
            {
                output.Write(text);
                return;
            }
            output.Write(text[..escape]);
            if (escape + 1 >= text.Length)
                return;
            text = text[escape..];
            text = text[One(text, output)..];
        }
    }

    private static int One(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> output)
    {
        switch (text[1])
        {
            case (byte)'n':
                output.Write("\n"u8);
                return 2;
            case (byte)'r':
                output.Write("\r"u8);
                return 2;
            case (byte)'t':
                output.Write("\t"u8);
                return 2;
            case (byte)'b':
                output.Write("\b"u8);
                return 2;
            case (byte)'f':
                output.Write("\f"u8);
                return 2;
            case (byte)'u':
                return Unicode(text, output);
            default:
                output.Write(text.Slice(1, 1));
                return 2;
        }
    }

    // \ud83d\ude00
    private static bool IsSurrogatePair(ReadOnlySpan<byte> text) =>
        text.Length >= 12 && text[6] == '\\' && text[7] == 'u'
        && (text[2] | 0x20) == 'd' && text[3] is (byte)'8' or (byte)'9' or (byte)'a' or (byte)'b' or (byte)'A' or (byte)'B'
        && (text[8] | 0x20) == 'd' && (text[9] | 0x20) is >= 'c' and <= 'f';

    private static int Unicode(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> output)
    {
        // A surrogate pair goes to the reader of JSON strings together; half of one is U+FFFD and takes nothing else along.
        var length = IsSurrogatePair(text) ? 12 : 6;
        byte[] quoted = [(byte)'"', .. text[..Math.Min(length, text.Length)], (byte)'"'];
        try
        {
            var reader = new Utf8JsonReader(quoted);
            reader.Read();
            output.Write(Encoding.UTF8.GetBytes(reader.GetString()!));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            output.Write("\ufffd"u8);
        }
        return Math.Min(length, text.Length);
    }
}
