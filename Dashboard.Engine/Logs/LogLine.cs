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

    private LogLine(ReadOnlySpan<byte> text, OutputStream stream, ReadOnlySpan<byte> time)
    {
        Text = text;
        Stream = stream;
        Time = time;
    }

    /// <summary>Still escaped.</summary>
    public ReadOnlySpan<byte> Text { get; }
    public OutputStream Stream { get; }
    public ReadOnlySpan<byte> Time { get; }

    public DateTimeOffset When => DateTimeOffset.Parse(Encoding.ASCII.GetString(Time), CultureInfo.InvariantCulture);

    /// <summary>The time with nine digits of fraction, as dockerd prints it; the file has as many as are needed (Go's RFC3339Nano).</summary>
    public void WriteTime(ArrayBufferWriter<byte> output)
    {
        const int seconds = 19, digits = 9; // 2026-01-02T03:04:05
        if (Time.Length < seconds)
        {
            output.Write(Time);
            return;
        }
        var rest = Time[seconds..];
        var zone = rest.IndexOfAny((byte)'Z', (byte)'+', (byte)'-');
        var fraction = zone < 0 ? rest : rest[..zone];
        var offset = zone < 0 ? default : rest[zone..];
        var wanted = output.GetSpan(seconds + 1 + digits + offset.Length);
        wanted[..(seconds + 1 + digits)].Fill((byte)'0');
        Time[..seconds].CopyTo(wanted);
        wanted[seconds] = (byte)'.';
        if (fraction.Length > 1)
            fraction[1..Math.Min(fraction.Length, digits + 1)].CopyTo(wanted[(seconds + 1)..]);
        offset.CopyTo(wanted[(seconds + 1 + digits)..]);
        output.Advance(seconds + 1 + digits + offset.Length);
    }

    public static bool TryParse(ReadOnlySpan<byte> line, out LogLine result)
    {
        result = default;
        if (!line.StartsWith(Head) || !line.EndsWith("\"}"u8))
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
            return false;
        return true;
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

    private static int Unicode(ReadOnlySpan<byte> text, ArrayBufferWriter<byte> output)
    {
        // Surrogate pairs included: the reader of JSON strings knows them.
        var length = text.Length >= 12 && text[6] == '\\' && text[7] == 'u' && text[2] is (byte)'d' or (byte)'D' ? 12 : 6;
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
