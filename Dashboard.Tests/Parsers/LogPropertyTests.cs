using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using CsCheck;
using Dashboard.Engine.Logs;
using Dashboard.Engine.Tasks;
using Dashboard.Runtime.Shim;

namespace Dashboard.Tests.Parsers;

/// <summary>A line goes from the container through the shim's encoder and the engine's parser, byte for byte.</summary>
public sealed class LogPropertyTests
{
    private static readonly Gen<byte[]> s_text = Texts.Bytes("plain", "<b>&amp;</b>", "\"", "\\", "\n", "\r\n", "\t\b\f\0\u007f\u001b[31m", "\u2028\u2029", "ünï", "日本", "😀", "\ufffd", "\\u003c", "\",\"stream\":\"stderr\",\"time\":\"");

    [Fact]
    public void EncodedLine_Parsed_IsWhatTheContainerWrote() => s_text.Sample(text =>
    {
        byte[] line = [.. "{\"log\":\""u8, .. Encode(text), .. "\",\"stream\":\"stdout\",\"time\":\"2026-01-02T03:04:05.000000006Z\"}"u8];

        Assert.True(LogLine.TryParse(line, out var parsed));
        var output = new ArrayBufferWriter<byte>();
        parsed.Unescape(output);

        Assert.Equal(OutputStream.Stdout, parsed.Stream);
        Assert.Equal(Replaced(text), output.WrittenSpan.ToArray());
        Assert.Equal(6, parsed.When % 1_000_000_000);
    }, iter: 20_000);

    [Fact]
    public void Encoder_AnyBytes_GiveJsonAsGoWritesIt() => s_text.Sample(text =>
    {
        var encoded = Encode(text);

        Assert.True(Utf8.IsValid(encoded));
        Assert.Equal(Encoding.UTF8.GetString(Replaced(text)), JsonSerializer.Deserialize<string>([(byte)'"', .. encoded, (byte)'"']));
        Assert.DoesNotContain(Encoding.UTF8.GetString(encoded), letter => letter is '<' or '>' or '&' or '\u2028' or '\u2029' or < ' ');
    }, iter: 20_000);

    [Fact]
    public void TryParse_HeadThatIsItsOwnTail_IsNoLine() => Assert.False(LogLine.TryParse("{\"log\":\"}"u8, out _));

    [Fact]
    public void TryParse_AnyLine_NeverThrows() =>
        Texts.Bytes("{\"log\":\"", "\",\"stream\":\"stdout\",\"time\":\"", "\",\"stream\":\"stderr\",\"time\":\"", "2026-01-02T03:04:05Z", "\"}", "\\u", "\\ud83d", "\\ude00", "\\", "x").Sample(line =>
        {
            if (!LogLine.TryParse(line, out var parsed)) return;
            parsed.Unescape(new ArrayBufferWriter<byte>());
        }, iter: 50_000);

    [Theory]
    [InlineData("\\u003c\\u2028", "<\u2028")]
    [InlineData("\\ud83d\\ude00!", "😀!")]
    [InlineData("\\ud83d\\u0041", "\ufffdA")]
    [InlineData("\\ud83d", "\ufffd")]
    public void Unescape_Escape_IsReadAsGoDoes(string escaped, string expected)
    {
        Assert.True(LogLine.TryParse(Encoding.UTF8.GetBytes($"{{\"log\":\"{escaped}\",\"stream\":\"stderr\",\"time\":\"2026-01-02T03:04:05Z\"}}"), out var parsed));
        var output = new ArrayBufferWriter<byte>();
        parsed.Unescape(output);

        Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static byte[] Encode(byte[] text)
    {
        var queue = new ByteQueue();
        JsonLogEncoder.Append(queue, text);
        return queue.Content.ToArray();
    }

    /// <summary>Go's reading of UTF-8: every byte that begins no valid character becomes U+FFFD.</summary>
    private static byte[] Replaced(ReadOnlySpan<byte> text)
    {
        var result = new List<byte>();
        while (!text.IsEmpty)
        {
            var length = 1;
            while (length <= Math.Min(4, text.Length) && !Utf8.IsValid(text[..length])) length++;
            var valid = length <= Math.Min(4, text.Length);
            result.AddRange(valid ? text[..length] : "\ufffd"u8);
            text = text[(valid ? length : 1)..];
        }
        return [.. result];
    }
}
