using System.Text.RegularExpressions;

namespace Dashboard.Client.Docker;

/// <summary>
/// The name of an image as somebody types it, by the grammar of distribution/reference:
/// <c>[domain[:port]/]path[/path…][:tag]</c>.
/// </summary>
internal static partial class ImageReference
{
    private const int LongestName = 255;
    private const string Invalid = "invalid reference format";

    /// <summary>What is wrong with a name and tag to be given, in Docker's words; null when it is right. A digest cannot be given.</summary>
    public static string? Problem(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Identifier().IsMatch(text))
            return $"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings";
        var (repository, tag) = Split(text);
        var slash = repository.IndexOf('/');
        var first = slash < 0 ? "" : repository[..slash];
        var hasDomain = first.AsSpan().IndexOfAny('.', ':') >= 0 || first == "localhost" || first.Any(char.IsAsciiLetterUpper);
        var path = hasDomain ? repository[(slash + 1)..] : repository;
        if (path.Any(char.IsAsciiLetterUpper))
            return $"{Invalid}: repository name ({path}) must be lowercase";
        if (!(hasDomain ? Domain().IsMatch(first) : true) || !Path().IsMatch(path) || (tag is not null && !Tag().IsMatch(tag)))
            return Invalid;
        return path.Length > LongestName ? $"repository name must not be more than {LongestName} characters" : null;
    }

    /// <summary>The part before the tag, and the tag, if there is one: a colon before a slash is a port's.</summary>
    public static (string Repository, string? Tag) Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.LastIndexOf(':');
        return colon > text.LastIndexOf('/') ? (text[..colon], text[(colon + 1)..]) : (text, null);
    }

    [GeneratedRegex(@"\A[a-f0-9]{64}\z")]
    private static partial Regex Identifier();

    [GeneratedRegex(@"\A(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*(?::[0-9]+)?\z")]
    private static partial Regex Domain();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex Path();

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,127}\z")]
    private static partial Regex Tag();
}
