using System.Text;

namespace Dashboard.Engine.Images.Archives;

/// <summary>
/// Words of a Dockerfile instruction (docs.docker.com/reference/dockerfile, "Environment replacement"): quotes, backslashes, and
/// <c>$NAME</c>, <c>${NAME}</c>, <c>${NAME:-word}</c>, <c>${NAME:+word}</c>. <c>A="b c" D=e\ f</c> is two words: <c>A=b c</c> and <c>D=e f</c>.
/// </summary>
internal static class DockerfileWords
{
    /// <summary>Cuts at spaces that are not quoted; quotes and backslashes stay in the words.</summary>
    public static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                Flush(words, word);
                continue;
            }
            word.Append(c);
            if (c == '\\' && quote != '\'' && i + 1 < text.Length)
                word.Append(text[++i]);
            else if (quote == '\0' && c is ('"' or '\''))
                quote = c;
            else if (c == quote)
                quote = '\0';
        }
        Flush(words, word);
        return words;
    }

    /// <summary>Takes quotes and backslashes off and puts variables in.</summary>
    /// <exception cref="FormatException">A quote or brace is not closed.</exception>
    public static string Expand(string word, IReadOnlyDictionary<string, string> variables)
    {
        var result = new StringBuilder();
        var at = 0;
        Expand(word, ref at, '\0', variables, result);
        return result.ToString();
    }

    private static void Expand(string word, ref int at, char end, IReadOnlyDictionary<string, string> variables, StringBuilder result)
    {
        var quoted = false;
        while (at < word.Length)
        {
            var c = word[at++];
            if (c == end && !quoted && end != '\0')
                return;
            if (c == '"')
                quoted = !quoted;
            else if (c == '\'' && !quoted)
                Literal(word, ref at, result);
            else if (c == '\\' && at < word.Length)
                Escape(word, ref at, quoted, result);
            else if (c == '$')
                Variable(word, ref at, variables, result);
            else
                result.Append(c);
        }
        if (quoted || end != '\0')
            throw new FormatException("unexpected end of statement while looking for matching " + (quoted ? "double-quote" : "}"));
    }

    private static void Literal(string word, ref int at, StringBuilder result)
    {
        var close = word.IndexOf('\'', at);
        if (close < 0)
            throw new FormatException("unexpected end of statement while looking for matching single-quote");
        result.Append(word, at, close - at);
        at = close + 1;
    }

    /// <summary>Between double quotes a backslash stays before what it cannot escape.</summary>
    private static void Escape(string word, ref int at, bool quoted, StringBuilder result)
    {
        var next = word[at++];
        if (quoted && next is not ('"' or '$' or '\\'))
            result.Append('\\');
        result.Append(next);
    }

    private static void Variable(string word, ref int at, IReadOnlyDictionary<string, string> variables, StringBuilder result)
    {
        var brace = at < word.Length && word[at] == '{';
        var start = brace ? at + 1 : at;
        var stop = start;
        while (stop < word.Length && (char.IsAsciiLetterOrDigit(word[stop]) || word[stop] == '_'))
            stop++;
        if (stop == start)
        {
            result.Append('$');
            return;
        }
        var value = variables.GetValueOrDefault(word[start..stop]);
        at = stop;
        if (!brace)
        {
            result.Append(value);
            return;
        }
        if (at < word.Length && word[at] == '}')
        {
            at++;
            result.Append(value);
            return;
        }
        if (at + 1 >= word.Length || word[at] != ':' || word[at + 1] is not ('-' or '+'))
            throw new FormatException($"unsupported modifier in substitution: {word}");
        var plus = word[at + 1] == '+';
        at += 2;
        var alternative = new StringBuilder();
        Expand(word, ref at, '}', variables, alternative);
        var isSet = !string.IsNullOrEmpty(value);
        result.Append(plus ? (isSet ? alternative.ToString() : "") : isSet ? value : alternative.ToString());
    }

    private static void Flush(List<string> words, StringBuilder word)
    {
        if (word.Length > 0)
            words.Add(word.ToString());
        word.Clear();
    }
}
