namespace Dashboard.Engine.Api.Filtering;

/// <summary>Shell patterns over names with slashes: <c>*</c> and <c>?</c> stop at a slash, <c>[a-z]</c> is a set (Go's path.Match).</summary>
internal static class Glob
{
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        // Where the last star began, to let it take one more character: linear memory, no recursion for a hostile pattern.
        int star = -1, resume = 0, p = 0, n = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (MatchesOne(pattern, ref p, name[n])) n++;
            else if (star >= 0 && name[resume] != '/')
            {
                p = star + 1;
                n = ++resume;
            }
            else return false;
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, ref int p, char c)
    {
        if (p >= pattern.Length) return false;
        var at = p;
        var matched = pattern[at] switch
        {
            '?' => c != '/',
            '[' => MatchesSet(pattern, ref at, c),
            '\\' when at + 1 < pattern.Length => pattern[++at] == c,
            _ => pattern[at] == c,
        };
        if (matched) p = at + 1;
        return matched;
    }

    /// <summary>Leaves <paramref name="at"/> on the closing bracket.</summary>
    private static bool MatchesSet(ReadOnlySpan<char> pattern, ref int at, char c)
    {
        var close = pattern[at..].IndexOf(']');
        if (close < 0) return false;
        var set = pattern.Slice(at + 1, close - 1);
        at += close;
        var negated = set.StartsWith("^");
        if (negated) set = set[1..];
        var found = false;
        for (var i = 0; i < set.Length; i++)
        {
            var isRange = i + 2 < set.Length && set[i + 1] == '-';
            found |= isRange ? c >= set[i] && c <= set[i + 2] : c == set[i];
            if (isRange) i += 2;
        }

        return found != negated;
    }
}
