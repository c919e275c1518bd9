using CsCheck;
using Dashboard.Client.Features.Containers.Logs;
using Dashboard.Client.Streaming.Logs;

namespace Dashboard.Tests.Client.Features;

public sealed class LogMarkupTests
{
    [Fact]
    public void Of_HostileText_IsEncoded()
    {
        var markup = LogMarkup.Of(Line("\u001b[31m<script>alert(1)</script>\" onx='"), "");

        Assert.Equal("<span class=\"ansi f1\">&lt;script&gt;alert(1)&lt;/script&gt;&quot; onx=&#39;</span>", markup);
    }

    [Fact]
    public void Of_Query_IsMarkedAcrossColours()
    {
        var markup = LogMarkup.Of(Line("an \u001b[1merr\u001b[0mor and ERROR"), "error");

        Assert.Equal("an <span class=\"ansi bold\"><mark>err</mark></span><mark>or</mark> and <mark>ERROR</mark>", markup);
    }

    [Fact]
    public void Of_ExactColours_ArePropertiesOfTheTheme() =>
        Assert.Equal("<span class=\"ansi fx b2\" style=\"--f:#ff8000;\">x</span>", LogMarkup.Of(Line("\u001b[38;2;255;128;0;42mx"), ""));

    [Fact]
    public void Plain_LongLine_IsShortenedAndSaysSo()
    {
        var text = LogMarkup.Plain(new LogLine(0, LogStream.Out, new string('x', 5_000), null, 0));

        Assert.Equal(new string('x', 1_000) + " … 3.9 KiB more", text);
    }

    /// <summary>Without its own tags the markup is the encoded text, whatever the text and the query are.</summary>
    [Fact]
    public void Of_Anything_IsTheEncodedTextInTags() =>
        Gen.Select(OneOf("\u001b[31m", "\u001b[0m", "<", ">", "&", "\"", "a", "b", "ab", "한").List[0, 40], OneOf("", "a", "ab", "<", "&", "b<", "한")).Sample((parts, query) =>
        {
            var line = Line(string.Concat(parts));
            var bare = LogMarkup.Of(line, query).Replace("<mark>", "", StringComparison.Ordinal).Replace("</mark>", "", StringComparison.Ordinal)
                .Replace("<span class=\"ansi f1\">", "", StringComparison.Ordinal).Replace("</span>", "", StringComparison.Ordinal);
            return bare == System.Net.WebUtility.HtmlEncode(line.Text);
        });

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static LogLine Line(string raw)
    {
        var style = default(AnsiStyle);
        var (text, spans) = AnsiText.Parse(raw, ref style);
        return new LogLine(0, LogStream.Out, text, spans, 0);
    }
}
