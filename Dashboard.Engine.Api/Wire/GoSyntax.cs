using System.Text.Json;

namespace Dashboard.Engine.Api.Wire;

/// <summary>What is wrong with a JSON text, in the words of Go's encoding/json: clients and people know them from Docker.</summary>
internal static class GoSyntax
{
    private static readonly string[] s_literals = ["null", "true", "false"];

    public static string Describe(ReadOnlySpan<byte> text, JsonException error)
    {
        var position = Offset(text, error);
        if (text.IndexOfAnyExcept(" \t\r\n"u8) < 0) return "unexpected end of JSON input";
        return position >= text.Length ? "unexpected EOF" : $"invalid character '{(char)text[position]}' {Where(text[..position])}";
    }

    /// <param name="before">All that precedes the character.</param>
    private static string Where(ReadOnlySpan<byte> before)
    {
        if (Literal(before) is { } literal) return literal;
        var (container, lastString) = Scan(before);
        before = before.TrimEnd(" \t\r\n"u8);
        var last = before.IsEmpty ? (byte)0 : before[^1];
        var inObject = container == '{';
        if (last == '{' || (last == ',' && inObject)) return "looking for beginning of object key string";
        if (last is 0 or (byte)':' or (byte)',' or (byte)'[') return "looking for beginning of value";
        if (!inObject) return container == '[' ? "after array element" : "after top-level value";
        var beforeString = before[..lastString].TrimEnd(" \t\r\n"u8);
        return last == '"' && !beforeString.IsEmpty && beforeString[^1] is (byte)'{' or (byte)',' ? "after object key" : "after object key:value pair";
    }

    /// <summary>"no" is the beginning of null up to its o.</summary>
    private static string? Literal(ReadOnlySpan<byte> before)
    {
        var start = before.Length;
        while (start > 0 && before[start - 1] is >= (byte)'a' and <= (byte)'z') start--;
        var begun = System.Text.Encoding.ASCII.GetString(before[start..]);
        return begun.Length > 0 && Array.Find(s_literals, each => each.Length > begun.Length && each.StartsWith(begun, StringComparison.Ordinal)) is { } literal
            ? $"in literal {literal} (expecting '{literal[begun.Length]}')"
            : null;
    }

    /// <summary>The innermost open bracket, and where the last string begins.</summary>
    private static (char Container, int LastString) Scan(ReadOnlySpan<byte> text)
    {
        var open = new Stack<char>();
        var (quoted, lastString) = (false, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && quoted) i++;
            else if (text[i] == '"')
            {
                quoted = !quoted;
                if (quoted) lastString = i;
            }
            else if (quoted) continue;
            else if (text[i] is (byte)'{' or (byte)'[') open.Push((char)text[i]);
            else if (text[i] is (byte)'}' or (byte)']' && open.Count > 0) open.Pop();
        }

        return (open.Count > 0 ? open.Peek() : '\0', lastString);
    }

    private static int Offset(ReadOnlySpan<byte> text, JsonException error)
    {
        var start = 0;
        for (var line = 0; line < (error.LineNumber ?? 0); line++) start += text[start..].IndexOf((byte)'\n') + 1;
        return start + (int)(error.BytePositionInLine ?? 0);
    }
}
