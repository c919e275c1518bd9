using System.Text;
using CsCheck;
using Dashboard.Client.Streaming.Logs;

namespace Dashboard.Tests.Client.Streaming.Logs;

public sealed class LineAssemblerTests
{
    private const string Time = "2026-01-31T12:34:56.123456789Z ";

    [Theory]
    [InlineData("hello", "hello")]
    [InlineData("hello\r", "hello")]
    [InlineData("", "")]
    [InlineData("10%\r20%\r100%", "100%")]
    [InlineData("10%\r20%\r", "20%")]
    [InlineData("a\tb", "a\tb")]
    [InlineData("zero\0bell\abs\bdel\u007f", "zerobellbsdel")]
    [InlineData("c1\u0085\u009f", "c1")]
    [InlineData("evil\u202etxt.exe", "eviltxt.exe")]
    [InlineData("한국어 日本 🐳", "한국어 日本 🐳")]
    [InlineData("<b>&amp;", "<b>&amp;")]
    public void Line_Text_HasNoControlCharacters(string raw, string text) => Assert.Equal(text, Single(Time + raw + "\n").Text);

    [Fact]
    public void Line_Time_IsReadInNanoseconds()
    {
        var line = Single(Time + "x\n");

        Assert.Equal(1_769_862_896_123_456_789, line.Time);
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 34, 56, 123, TimeSpan.Zero).AddTicks(4567), line.Written);
    }

    [Theory]
    [InlineData("2026-01-31T12:34:56Z x", 1_769_862_896_000_000_000, "x")]
    [InlineData("2026-01-31T14:34:56.5+02:00 x", 1_769_862_896_500_000_000, "x")]
    [InlineData("2026-01-31T12:34:56.123456789Z", 1_769_862_896_123_456_789, "")]
    [InlineData("2026-13-31T12:34:56Z x", 0, "2026-13-31T12:34:56Z x")]
    [InlineData("no time here", 0, "no time here")]
    [InlineData("2026-01-31", 0, "2026-01-31")]
    public void Line_TimeInOtherForms_IsReadOrLeftInTheText(string raw, long time, string text) =>
        Assert.Equal((time, text), Single(raw + "\n") is var line ? (line.Time, line.Text) : default);

    [Fact]
    public void Line_NotUtf8_ShowsReplacements()
    {
        byte[] raw = [.. Encoding.ASCII.GetBytes(Time), (byte)'a', 0xff, 0xc3, (byte)'b', (byte)'\n'];

        Assert.Equal("a\ufffd\ufffdb", Lines(raw).Single().Text);
    }

    [Fact]
    public void Line_TooLong_IsCutAndCounted()
    {
        var line = Single(Time + new string('x', LineAssembler.MaximumLine + 12_345) + "\n");

        Assert.Equal((LineAssembler.MaximumLine, 12_345L), (line.Text.Length, line.Cut));
    }

    [Fact]
    public void Line_TooLong_IsCutBetweenCharacters()
    {
        var line = Single(Time + "x" + string.Concat(Enumerable.Repeat("한", 6_000)) + "\n");

        Assert.DoesNotContain('\ufffd', line.Text);
        Assert.Equal(1 + 6_000 * 3, Encoding.UTF8.GetByteCount(line.Text) + line.Cut);
    }

    [Fact]
    public void Line_AfterOneThatWasTooLong_IsWhole()
    {
        var lines = Lines(Encoding.UTF8.GetBytes(Time + new string('x', 100_000) + "\n" + Time + "next\n"));

        Assert.Equal(["next", ""], [lines[1].Text, lines[1].Cut == 0 ? "" : "cut"]);
    }

    [Fact]
    public void End_OfAStreamWithoutNewline_GivesTheLastLine()
    {
        var lines = new List<LogLine>();
        var assembler = new LineAssembler(LogStream.Out);
        assembler.Add(Encoding.UTF8.GetBytes(Time + "$ "), lines.Add);
        Assert.Empty(lines);

        assembler.End(lines.Add);
        assembler.End(lines.Add);

        Assert.Equal("$ ", Assert.Single(lines).Text);
    }

    [Fact]
    public void Colour_OverTwoLines_IsCarriedOver()
    {
        var lines = Lines(Encoding.UTF8.GetBytes("\u001b[31mone\ntwo\u001b[0m\nthree\n"));

        Assert.Equal([AnsiColor.Name(1), AnsiColor.Name(1)], lines.Take(2).Select(line => line.Spans![0].Style.Foreground));
        Assert.Null(lines[2].Spans);
    }

    [Fact]
    public void Bytes_CutAnywhere_GiveTheSameLines() =>
        Gen.Select(Gen.Byte.Array[0, 400].Select(Sprinkled), Gen.Int[1, 40].List[1, 20]).Sample((bytes, cuts) =>
        {
            var whole = Lines(bytes);
            var pieces = new List<LogLine>();
            var assembler = new LineAssembler(LogStream.Out);
            var position = 0;
            for (var cut = 0; position < bytes.Length; cut++)
            {
                var length = Math.Min(cuts[cut % cuts.Count], bytes.Length - position);
                assembler.Add(bytes.AsSpan(position, length), pieces.Add);
                position += length;
            }
            assembler.End(pieces.Add);
            return whole.Select(Shape).SequenceEqual(pieces.Select(Shape));
        });

    [Fact]
    public void Bytes_Whatever_NeverLeaveAControlCharacter() =>
        Gen.Byte.Array[0, 300].Select(Sprinkled).Sample(bytes =>
            Lines(bytes).TrueForAll(line =>
                !line.Text.AsSpan().ContainsAny(ControlCharacters.All)
                && (line.Spans is null || line.Spans.Sum(span => span.Length) == line.Text.Length)));

    private static string Shape(LogLine line) => $"{line.Time}|{line.Text}|{line.Cut}|{string.Join(';', line.Spans ?? [])}";

    // Random bytes hardly ever are an escape sequence: some are made into pieces of one.
    private static byte[] Sprinkled(byte[] bytes)
    {
        byte[] pieces = [0x1b, (byte)'[', (byte)']', (byte)';', (byte)'3', (byte)'1', (byte)'m', (byte)'\n', (byte)'\r', 0x07, 0xed, 0x95, 0x9c, (byte)' ', (byte)':', (byte)'8'];
        return [.. bytes.Select(each => each < 0xb0 ? pieces[each % pieces.Length] : each)];
    }

    private static LogLine Single(string text) => Assert.Single(Lines(Encoding.UTF8.GetBytes(text)));

    private static List<LogLine> Lines(byte[] bytes)
    {
        var lines = new List<LogLine>();
        var assembler = new LineAssembler(LogStream.Out);
        assembler.Add(bytes, lines.Add);
        assembler.End(lines.Add);
        return lines;
    }
}
