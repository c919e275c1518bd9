using System.Net;
using System.Text;
using Dashboard.Client.Components;
using Dashboard.Client.Resources;
using Dashboard.Client.Streaming.Logs;

namespace Dashboard.Client.Features.Containers.Logs;

/// <summary>A line as markup: its colours as classes of the theme, what is searched for marked, everything encoded.</summary>
internal static class LogMarkup
{
    /// <summary>Characters of a line that are shown; all of it is in the copy and in the download.</summary>
    public const int Shown = 1_000;

    /// <summary>Plain lines need no markup; see <see cref="Plain"/>.</summary>
    public static bool NeedsMarkup(LogLine line, string query) => line.Spans is not null || query.Length > 0;

    public static string Plain(LogLine line) => Visible(line) + More(line);

    public static string Of(LogLine line, string query)
    {
        var text = Visible(line);
        var markup = new StringBuilder(text.Length + 64);
        var position = 0;
        var match = Next(text, query, 0);
        foreach (var span in line.Spans ?? [new AnsiSpan(text.Length, default)])
        {
            var end = Math.Min(text.Length, position + span.Length);
            Open(markup, span.Style);
            while (position < end)
            {
                var inMatch = position >= match;
                var to = Math.Min(end, inMatch ? match + query.Length : match);
                var part = WebUtility.HtmlEncode(text[position..to]);
                markup.Append(inMatch ? $"<mark>{part}</mark>" : part);
                position = to;
                if (inMatch && position == match + query.Length)
                    match = Next(text, query, position);
            }
            if (!span.Style.IsPlain)
                markup.Append("</span>");
        }
        return markup.Append(WebUtility.HtmlEncode(More(line))).ToString();
    }

    private static int Next(string text, string query, int from)
    {
        var found = query.Length == 0 ? -1 : text.IndexOf(query, from, StringComparison.OrdinalIgnoreCase);
        return found < 0 ? int.MaxValue / 2 : found;
    }

    private static void Open(StringBuilder markup, AnsiStyle style)
    {
        if (style.IsPlain)
            return;
        var (foreground, background) = style.Marks.HasFlag(AnsiMarks.Inverse) ? (style.Background, style.Foreground) : (style.Foreground, style.Background);
        markup.Append("<span class=\"ansi");
        foreach (var (mark, name) in s_marks)
        {
            if (style.Marks.HasFlag(mark))
                markup.Append(' ').Append(name);
        }
        Class(markup, "f", foreground);
        Class(markup, "b", background);
        markup.Append('"');
        if (foreground.Exact is not null || background.Exact is not null)
        {
            markup.Append(" style=\"");
            Property(markup, "--f", foreground);
            Property(markup, "--b", background);
            markup.Append('"');
        }
        markup.Append('>');
    }

    private static readonly (AnsiMarks Mark, string Name)[] s_marks =
    [
        (AnsiMarks.Bold, "bold"), (AnsiMarks.Dim, "dim"), (AnsiMarks.Italic, "italic"), (AnsiMarks.Underline, "underline"), (AnsiMarks.Strike, "strike"), (AnsiMarks.Inverse, "inverse"),
    ];

    // f0 to f15 and b0 to b15 are the theme's, fx and bx an exact colour that the style sheet mixes towards the text colour.
    private static void Class(StringBuilder markup, string prefix, AnsiColor color)
    {
        if (color.Named is { } index)
            markup.Append(' ').Append(prefix).Append(index);
        else if (color.Exact is not null)
            markup.Append(' ').Append(prefix).Append('x');
    }

    private static void Property(StringBuilder markup, string name, AnsiColor color)
    {
        if (color.Exact is { } exact)
            markup.Append(name).Append(":#").Append(exact.ToString("x6")).Append(';');
    }

    private static string Visible(LogLine line)
    {
        if (line.Text.Length <= Shown)
            return line.Text;
        return line.Text[..(char.IsHighSurrogate(line.Text[Shown - 1]) ? Shown - 1 : Shown)];
    }

    private static string More(LogLine line)
    {
        var more = line.Cut + Math.Max(0, line.Text.Length - Shown);
        return more == 0 ? "" : " … " + Localizer.Text["{0} more", Format.Bytes(more)];
    }
}
