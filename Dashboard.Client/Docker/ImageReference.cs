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
        var (domain, rest) = SplitDomain(text);
        var colon = rest.IndexOf(':');
        var path = colon < 0 ? rest : rest[..colon];
        if (path.Any(char.IsAsciiLetterUpper))
            return $"{Invalid}: repository name ({path}) must be lowercase";
        if ((domain is not null && !Domain().IsMatch(domain)) || !Path().IsMatch(path) || (colon >= 0 && !Tag().IsMatch(rest[(colon + 1)..])))
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

    // The first component is a domain when it looks like one; without a domain, a name of one component is library/name.
    private static (string? Domain, string Remainder) SplitDomain(string text)
    {
        var slash = text.IndexOf('/');
        var first = slash < 0 ? "" : text[..slash];
        var isDomain = first.AsSpan().IndexOfAny('.', ':') >= 0 || first == "localhost" || first.Any(char.IsAsciiLetterUpper);
        var (domain, rest) = isDomain ? (first, text[(slash + 1)..]) : (null, text);
        return (domain, (domain is null or "docker.io" or "index.docker.io") && !rest.Contains('/') ? "library/" + rest : rest);
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
