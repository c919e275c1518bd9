using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Dashboard.Oci;

/// <summary>
/// <c>algorithm:hex</c> (OCI image-spec, descriptor.md): <c>sha256:</c> and 64 lower-case hex digits, or <c>sha512:</c>/<c>sha384:</c> with theirs.
/// </summary>
public readonly record struct Digest
{
    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    private Digest(string algorithm, string hex) => (Algorithm, Hex) = (algorithm, hex);

    public string Algorithm { get; }
    public string Hex { get; }

    public override string ToString() => $"{Algorithm}:{Hex}";

    /// <exception cref="FormatException">In go-digest's words.</exception>
    public static Digest Parse(string text) => Check(text, out var digest) is { } problem ? throw new FormatException(problem) : digest;

    public static bool TryParse([NotNullWhen(true)] string? text, out Digest digest)
    {
        digest = default;
        return text is not null && Check(text, out digest) is null;
    }

    /// <summary>Of 32 bytes, as <see cref="SHA256"/> gives them.</summary>
    public static Digest FromSha256(ReadOnlySpan<byte> hash) => new("sha256", Convert.ToHexStringLower(hash));

    public static Digest OfSha256(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return FromSha256(hash);
    }

    /// <summary>64 lower-case hex digits: an id without its algorithm.</summary>
    public static bool IsIdentifier(ReadOnlySpan<char> text) => text.Length == 64 && IsLowerHex(text);

    /// <summary>The chain id of a stack of layers (image-spec, config.md): the first diff id, then sha256 of <c>parent + " " + diffId</c>.</summary>
    public static string ChainId(string? parentChainId, string diffId) =>
        parentChainId is null ? diffId : OfSha256(System.Text.Encoding.ASCII.GetBytes($"{parentChainId} {diffId}")).ToString();

    /// <summary>Null when it is right, else what is wrong.</summary>
    private static string? Check(string text, out Digest digest)
    {
        digest = default;
        var colon = text.IndexOf(':');
        if (colon <= 0 || colon == text.Length - 1)
            return "invalid checksum digest format";
        var algorithm = text[..colon];
        var length = algorithm switch { "sha256" => 64, "sha384" => 96, "sha512" => 128, _ => 0 };
        if (length == 0)
            return "unsupported digest algorithm";
        if (text.Length - colon - 1 != length)
            return "invalid checksum digest length";
        if (!IsLowerHex(text.AsSpan(colon + 1)))
            return "invalid checksum digest format";
        digest = new Digest(algorithm, text[(colon + 1)..]);
        return null;
    }

    private static bool IsLowerHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(LowerHex);
}
