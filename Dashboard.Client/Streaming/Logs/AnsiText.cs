using System.Text;

namespace Dashboard.Client.Streaming.Logs;

/// <summary>
/// Takes control sequences out of text: colours (CSI … m) become spans, everything else that starts with ESC or a C1 code
/// vanishes with its parameters and strings, and so do other control characters and the marks that turn the direction of
/// text around (they can make a line read as something else). Sample: "\e[1;31merror\e[0m \e]0;title\aplain".
/// </summary>
internal static class AnsiText
{
    private const char Escape = '\u001b';

    /// <param name="style">Carries over from line to line, as in a terminal.</param>
    public static (string Text, IReadOnlyList<AnsiSpan>? Spans) Parse(string raw, ref AnsiStyle style)
    {
        if (style.IsPlain && !raw.AsSpan().ContainsAny(ControlCharacters.All))
            return (raw, null);
        var text = new StringBuilder(raw.Length);
        var spans = new List<AnsiSpan>();
        var spanStart = 0;
        var position = 0;
        while (position < raw.Length)
        {
            var current = raw[position];
            if (current is Escape or '\u009b' or '\u009d' or '\u0090' or '\u0098' or '\u009e' or '\u009f')
            {
                var (end, sgr) = Sequence(raw, position);
                position = end;
                if (sgr is null)
                    continue;
                var next = Sgr.Apply(style, sgr);
                if (next != style)
                {
                    Close(spans, text.Length - spanStart, style);
                    spanStart = text.Length;
                    style = next;
                }
                continue;
            }
            if (!ControlCharacters.All.Contains(current))
                text.Append(current);
            position++;
        }
        Close(spans, text.Length - spanStart, style);
        return (text.ToString(), spans.TrueForAll(span => span.Style.IsPlain) ? null : spans);
    }

    private static void Close(List<AnsiSpan> spans, int length, AnsiStyle style)
    {
        if (length == 0)
            return;
        // A colour that is set again after nothing was written must not make a second span.
        if (spans.Count > 0 && spans[^1].Style == style)
            spans[^1] = new(spans[^1].Length + length, style);
        else
            spans.Add(new(length, style));
    }

    /// <summary>Reads one sequence; a sequence that does not end takes the rest of the line with it.</summary>
    private static (int End, string? Sgr) Sequence(string raw, int start)
    {
        var kind = raw[start];
        var position = start + 1;
        if (kind == Escape)
        {
            if (position >= raw.Length)
                return (raw.Length, null);
            kind = raw[position++];
        }
        return kind switch
        {
            '[' or '\u009b' => ControlSequence(raw, position),
            ']' or 'P' or 'X' or '^' or '_' or '\u009d' or '\u0090' or '\u0098' or '\u009e' or '\u009f' => (StringEnd(raw, position), null),
            // ESC, intermediates, one final: character sets and the like.
            >= ' ' and <= '/' => (Math.Min(raw.Length, SkipWhile(raw, position, ' ', '/') + 1), null),
            // A second ESC starts a sequence of its own, and a control character is dealt with by itself.
            < ' ' => (position - 1, null),
            _ => (position, null),
        };
    }

    // ECMA-48, 5.4: parameter bytes 0x30-0x3f, intermediate bytes 0x20-0x2f, a final byte 0x40-0x7e.
    private static (int End, string? Sgr) ControlSequence(string raw, int start)
    {
        var parametersEnd = SkipWhile(raw, start, '0', '?');
        var end = SkipWhile(raw, parametersEnd, ' ', '/');
        if (end >= raw.Length)
            return (raw.Length, null);
        if (raw[end] is < '@' or > '~')
            return (end, null);
        var isSgr = raw[end] == 'm' && end == parametersEnd && (parametersEnd == start || raw[start] is not ('<' or '=' or '>' or '?'));
        return (end + 1, isSgr ? raw[start..parametersEnd] : null);
    }

    private static int StringEnd(string raw, int start)
    {
        for (var position = start; position < raw.Length; position++)
        {
            switch (raw[position])
            {
                case '\a' or '\u009c':
                    return position + 1;
                case Escape when position + 1 < raw.Length && raw[position + 1] == '\\':
                    return position + 2;
                case Escape:
                    return position;
            }
        }
        return raw.Length;
    }

    private static int SkipWhile(string raw, int position, char from, char to)
    {
        while (position < raw.Length && raw[position] >= from && raw[position] <= to)
            position++;
        return position;
    }
}
