using CsCheck;
using Dashboard.Client.Streaming.Logs;

namespace Dashboard.Tests.Client.Streaming.Logs;

public sealed class AnsiTextTests
{
    [Theory]
    [InlineData("\u001b[31mred\u001b[0m plain", "red plain")]
    [InlineData("\u001b]0;title\aplain", "plain")]
    [InlineData("\u001b]8;;https://evil.example\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u001b[2J\u001b[1;1Hcleared", "cleared")]
    [InlineData("\u001b[?25lhidden cursor", "hidden cursor")]
    [InlineData("\u001b(Bcharset", "charset")]
    [InlineData("\u001bPdcs\u001b\\after", "after")]
    [InlineData("\u001b_apc\u001b\\\u001b^pm\u001b\\after", "after")]
    [InlineData("\u009b31mc1 form", "c1 form")]
    [InlineData("unfinished \u001b[31", "unfinished ")]
    [InlineData("unfinished \u001b]0;never ends", "unfinished ")]
    [InlineData("ends in escape \u001b", "ends in escape ")]
    [InlineData("\u001b\u001b[31mtwice", "twice")]
    [InlineData("\u001b[31\u0000m", "m")]
    [InlineData("\u001b[>4;2mnot a colour", "not a colour")]
    [InlineData("\u001bcreset", "reset")]
    public void Parse_Sequences_LeaveOnlyTheText(string raw, string text) => Assert.Equal(text, Parse(raw).Text);

    [Fact]
    public void Parse_PlainLine_HasNoSpansAndIsTheSameText()
    {
        const string raw = "nothing special\there";

        var (text, spans) = Parse(raw);

        Assert.Same(raw, text);
        Assert.Null(spans);
    }

    [Theory]
    [InlineData("31", 1)]
    [InlineData("97", 15)]
    [InlineData("38;5;9", 9)]
    [InlineData("1;4;33", 3)]
    [InlineData("38:5:2", 2)]
    public void Parse_NamedColour_IsOneOfTheTheme(string parameters, int index) => Assert.Equal(index, Style(parameters).Foreground.Named);

    [Theory]
    [InlineData("38;2;255;128;0", 0xff8000)]
    [InlineData("38:2:255:128:0", 0xff8000)]
    [InlineData("38:2::255:128:0", 0xff8000)]
    [InlineData("38;5;208", 0xff8700)]
    [InlineData("38;5;16", 0x000000)]
    [InlineData("38;5;231", 0xffffff)]
    [InlineData("38;5;232", 0x080808)]
    public void Parse_ExactColour_IsExact(string parameters, int rgb) => Assert.Equal(rgb, Style(parameters).Foreground.Exact);

    [Theory]
    [InlineData("38;5;256")]
    [InlineData("38;2;1;2")]
    [InlineData("38;5")]
    [InlineData("38")]
    [InlineData("999")]
    [InlineData("99999999999999999999")]
    [InlineData("38:2")]
    public void Parse_NonsenseColour_ChangesNothing(string parameters) => Assert.True(Style(parameters).IsPlain);

    [Fact]
    public void Parse_BackgroundAndMarks_AreKeptAndReset()
    {
        var style = Style("1;3;4;7;9;44");

        Assert.Equal(AnsiMarks.Bold | AnsiMarks.Italic | AnsiMarks.Underline | AnsiMarks.Inverse | AnsiMarks.Strike, style.Marks);
        Assert.Equal(4, style.Background.Named);
        Assert.True(Style("1;3;4;7;9;31;44;22;23;24;27;29;39;49").IsPlain);
        Assert.True(Style("1;31;").IsPlain);
    }

    [Fact]
    public void Parse_Spans_CoverTheTextAndMergeNeighbours()
    {
        var (text, spans) = Parse("a\u001b[31mb\u001b[31mc\u001b[0md");

        Assert.Equal("abcd", text);
        Assert.Equal([1, 2, 1], spans!.Select(span => span.Length));
    }

    [Fact]
    public void Parse_Anything_SpansCoverTheTextAndNothingControlsRemain() =>
        Gen.Select(OneOf("\u001b", "[", "]", "m", "3", "1", ";", ":", "\a", "\\", "x", "한", "<", "\u009b", "?", "38;2;1;2;3", "\u202e", "\n").List[0, 60], parts => string.Concat(parts)).Sample(raw =>
        {
            var style = default(AnsiStyle);
            var (text, spans) = AnsiText.Parse(raw, ref style);
            return !text.AsSpan().ContainsAny(ControlCharacters.All) && (spans is null || (spans.Sum(span => span.Length) == text.Length && spans.All(span => span.Length > 0)));
        });

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static AnsiStyle Style(string parameters)
    {
        var style = default(AnsiStyle);
        AnsiText.Parse($"\u001b[{parameters}mx", ref style);
        return style;
    }

    private static (string Text, IReadOnlyList<AnsiSpan>? Spans) Parse(string raw)
    {
        var style = default(AnsiStyle);
        return AnsiText.Parse(raw, ref style);
    }
}
