using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Dashboard.Oci;

/// <summary>
/// The name of an image as Docker understands it (grammar: distribution/reference, reference.go):
/// <code>
/// reference := [domain "/"] path-component ["/" path-component]* [":" tag] ["@" digest]
/// debian                          docker.io/library/debian
/// user/app:1                      docker.io/user/app:1
/// localhost:5000/a/b@sha256:…     as it is
/// </code>
/// </summary>
public sealed record Reference
{
    public const string DefaultDomain = "docker.io";
    public const string DefaultTag = "latest";
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:");
    private const string LegacyDefaultDomain = "index.docker.io";
    private const string OfficialPrefix = "library/";
    private const int NameLengthMax = 255;
    private const string InvalidFormat = "invalid reference format";

    private Reference(string domain, string path, string? tag, Digest? digest) => (Domain, Path, Tag, Digest) = (domain, path, tag, digest);

    public string Domain { get; }
    public string Path { get; }
    public string? Tag { get; private init; }
    public Digest? Digest { get; private init; }

    /// <summary><c>docker.io/library/debian</c></summary>
    public string Name => $"{Domain}/{Path}";

    /// <summary><c>debian</c></summary>
    public string FamiliarName
    {
        get
        {
            if (Domain != DefaultDomain)
                return Name;
            var rest = Path.StartsWith(OfficialPrefix, StringComparison.Ordinal) ? Path[OfficialPrefix.Length..] : Path;
            return rest.Contains('/') ? Path : rest;
        }
    }

    /// <summary><c>debian:bookworm-slim</c></summary>
    public string Familiar => FamiliarName + Suffix;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    /// <summary>The full form, unique per image name: <c>docker.io/library/debian:bookworm-slim</c>.</summary>
    public override string ToString() => Name + Suffix;

    /// <summary>With <c>:latest</c> where neither tag nor digest is given.</summary>
    public Reference WithDefaultTag() => Tag is null && Digest is null ? this with { Tag = DefaultTag } : this;

    /// <summary>The same repository under a tag, which must be one (<see cref="IsTag"/>).</summary>
    public Reference WithTag(string tag) => IsTag(tag) ? this with { Tag = tag, Digest = null } : throw new FormatException("invalid tag format");

    /// <summary>The same repository by digest.</summary>
    public Reference WithDigest(Digest digest) => this with { Tag = null, Digest = digest };

    /// <exception cref="FormatException">In Docker's words: <c>invalid reference format</c> and its kin.</exception>
    public static Reference Parse(string text) => Check(text, out var reference) is { } problem ? throw new FormatException(problem) : reference!;

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Reference? reference)
    {
        reference = null;
        return text is not null && Check(text, out reference) is null;
    }

    /// <summary>Whether the text alone is a tag: a word character, then up to 127 of them, dots and dashes.</summary>
    public static bool IsTag(ReadOnlySpan<char> tag)
    {
        if (tag.IsEmpty || tag.Length > 128 || !IsWord(tag[0]))
            return false;
        foreach (var c in tag[1..])
        {
            if (!IsWord(c) && c is not ('.' or '-'))
                return false;
        }
        return true;
    }

    /// <summary>Null when it is right, else what is wrong.</summary>
    private static string? Check(string text, out Reference? reference)
    {
        reference = null;
        if (Oci.Digest.IsIdentifier(text))
            return $"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings";
        var (domain, remainder) = SplitDomain(text);
        var colon = remainder.IndexOf(':');
        var remote = colon < 0 ? remainder : remainder[..colon];
        if (remote.AsSpan().IndexOfAnyInRange('A', 'Z') >= 0)
            return $"{InvalidFormat}: repository name ({remote}) must be lowercase";

        Digest? digest = null;
        var at = remainder.IndexOf('@');
        if (at >= 0)
        {
            if (!LooksLikeDigest(remainder.AsSpan(at + 1)))
                return InvalidFormat;
            if (!Oci.Digest.TryParse(remainder[(at + 1)..], out var parsed))
                return DigestProblem(remainder[(at + 1)..]);
            digest = parsed;
            remainder = remainder[..at];
        }
        string? tag = null;
        colon = remainder.IndexOf(':');
        if (colon >= 0)
        {
            tag = remainder[(colon + 1)..];
            if (!IsTag(tag))
                return InvalidFormat;
            remainder = remainder[..colon];
        }
        if (!IsDomain(domain) || !IsPath(remainder))
            return InvalidFormat;
        if (remainder.Length > NameLengthMax)
            return $"repository name must not be more than {NameLengthMax} characters";
        reference = new Reference(domain, remainder, tag, digest);
        return null;
    }

    /// <summary>The first component is a domain when it looks like one: a dot, a colon, an upper-case letter, or "localhost".</summary>
    private static (string Domain, string Remainder) SplitDomain(string text)
    {
        var slash = text.IndexOf('/');
        var domain = DefaultDomain;
        var remainder = text;
        if (slash >= 0)
        {
            var first = text[..slash];
            if (first.AsSpan().IndexOfAny('.', ':') >= 0 || first == "localhost" || first.AsSpan().IndexOfAnyInRange('A', 'Z') >= 0)
                (domain, remainder) = (first, text[(slash + 1)..]);
        }
        if (domain == LegacyDefaultDomain)
            domain = DefaultDomain;
        if (domain == DefaultDomain && !remainder.Contains('/'))
            remainder = OfficialPrefix + remainder;
        return (domain, remainder);
    }

    private static string DigestProblem(string text)
    {
        try
        {
            Oci.Digest.Parse(text);
            return InvalidFormat;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    /// <summary><c>algorithm ":" 32 or more hex digits</c>, the algorithm being letters and digits in parts joined by <c>+ . - _</c>.</summary>
    private static bool LooksLikeDigest(ReadOnlySpan<char> text)
    {
        var colon = text.IndexOf(':');
        if (colon <= 0 || text.Length - colon - 1 < 32)
            return false;
        foreach (var c in text[(colon + 1)..])
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }
        var expectLetter = true;
        foreach (var c in text[..colon])
        {
            if (expectLetter ? !char.IsAsciiLetter(c) : !char.IsAsciiLetterOrDigit(c) && c is not ('+' or '.' or '-' or '_'))
                return false;
            expectLetter = !char.IsAsciiLetterOrDigit(c);
        }
        return !expectLetter;
    }

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        var host = domain;
        var colon = domain.LastIndexOf(':');
        if (colon >= 0 && !domain.EndsWith("]"))
        {
            var port = domain[(colon + 1)..];
            if (port.IsEmpty || port.IndexOfAnyExceptInRange('0', '9') >= 0)
                return false;
            host = domain[..colon];
        }
        if (host.Length > 2 && host[0] == '[' && host[^1] == ']')
            return !host[1..^1].ContainsAnyExcept(AddressCharacters);
        foreach (var range in host.Split('.'))
        {
            if (!IsDomainComponent(host[range]))
                return false;
        }
        return true;
    }

    private static bool IsDomainComponent(ReadOnlySpan<char> component)
    {
        if (component.IsEmpty || component[0] == '-' || component[^1] == '-')
            return false;
        foreach (var c in component)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return false;
        }
        return true;
    }

    private static bool IsPath(ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('/'))
        {
            if (!IsPathComponent(path[range]))
                return false;
        }
        return true;
    }

    /// <summary>Lower-case letters and digits, joined by one dot, one or two underscores, or any number of dashes.</summary>
    private static bool IsPathComponent(ReadOnlySpan<char> component)
    {
        if (component.IsEmpty || !IsAlphanumeric(component[0]) || !IsAlphanumeric(component[^1]))
            return false;
        for (var i = 0; i < component.Length;)
        {
            if (IsAlphanumeric(component[i]))
            {
                i++;
                continue;
            }
            var rest = component[i..];
            var run = rest.IndexOfAnyExcept(component[i]);
            var allowed = component[i] switch { '.' => 1, '_' => 2, '-' => int.MaxValue, _ => 0 };
            if (run > allowed || !IsAlphanumeric(rest[run]))
                return false;
            i += run;
        }
        return true;
    }

    private static bool IsAlphanumeric(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
