using System.Text;

namespace Dashboard.Client.Features.Run;

/// <summary>
/// Words of a command line as a POSIX shell reads them (POSIX.1-2024, Shell Command Language, 2.2), without expansions: a
/// dollar sign is a dollar sign, for nothing expands it in a field of a form.
/// </summary>
public static class ShellWords
{
    private const string Plain = "_@%+=:,./-";

    /// <summary>The word as it has to be typed to arrive as it is. It must not hold a NUL, which no argument can.</summary>
    public static string Quote(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || Plain.Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }

    /// <summary>Null when a quote is not closed, or a backslash ends the text.</summary>
    public static IReadOnlyList<string>? Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\'')
            {
                if (c == '\'')
                    quote = '\0';
                else
                    word!.Append(c);
            }
            else if (c == '\\')
            {
                if (++i == text.Length)
                    return null;
                word ??= new();
                // Between double quotes a backslash escapes only what would be special there.
                if (quote == '"' && text[i] is not ('"' or '\\' or '$' or '`'))
                    word.Append(c);
                word.Append(text[i]);
            }
            else if (quote == '"')
            {
                if (c == '"')
                    quote = '\0';
                else
                    word!.Append(c);
            }
            else if (c is '\'' or '"')
            {
                quote = c;
                word ??= new();
            }
            else if (c is ' ' or '\t' or '\n' or '\r')
            {
                if (word is not null)
                    words.Add(word.ToString());
                word = null;
            }
            else
                (word ??= new()).Append(c);
        }
        if (quote != '\0')
            return null;
        if (word is not null)
            words.Add(word.ToString());
        return words;
    }
}
