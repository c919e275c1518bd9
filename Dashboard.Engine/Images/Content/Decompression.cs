using System.IO.Compression;
using ZstdSharp;

namespace Dashboard.Engine.Images.Content;

internal enum CompressionKind
{
    None,
    Gzip,
    Zstd,
    /// <summary>Known to Docker, not to us.</summary>
    Bzip2,
    Xz,
}

/// <summary>Finds out by the first bytes how a stream is compressed, as Docker does: names and media types are not trusted.</summary>
internal static class Decompression
{
    /// <summary>Bytes that <see cref="Detect"/> wants.</summary>
    public const int HeadLength = 6;

    public static CompressionKind Detect(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return CompressionKind.Gzip;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]))
            return CompressionKind.Zstd;
        // A skippable frame may come first (RFC 8878, 3.1.2).
        if (head.Length >= 4 && (head[0] & 0xF0) == 0x50 && head[1..].StartsWith((ReadOnlySpan<byte>)[0x2A, 0x4D, 0x18]))
            return CompressionKind.Zstd;
        if (head.StartsWith("BZh"u8))
            return CompressionKind.Bzip2;
        return head.StartsWith((ReadOnlySpan<byte>)[0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) ? CompressionKind.Xz : CompressionKind.None;
    }

    /// <summary>Owns <paramref name="source"/>.</summary>
    /// <exception cref="Unpack.TarException">The kind is not supported.</exception>
    public static Stream Open(Stream source, CompressionKind kind) => kind switch
    {
        CompressionKind.None => source,
        CompressionKind.Gzip => new GzipReader(source),
        CompressionKind.Zstd => new DecompressionStream(source, bufferSize: 128 * 1024, leaveOpen: false),
        _ => throw new Unpack.TarException($"archives compressed with {kind.ToString().ToLowerInvariant()} are not supported: use gzip or zstd"),
    };

    /// <summary>Looks at the first bytes of a stream and gives it back from its start, unpacked. Owns <paramref name="source"/>.</summary>
    public static (Stream Plain, CompressionKind Kind) OpenDetected(Stream source)
    {
        var head = new byte[HeadLength];
        var length = 0;
        while (length < head.Length && source.Read(head, length, head.Length - length) is > 0 and var count)
            length += count;
        var kind = Detect(head.AsSpan(0, length));
        return (Open(new PrefixedStream(head.AsMemory(0, length), source), kind), kind);
    }

    /// <summary>What a decompressor throws at bad input, as the error of an archive; null for anything else.</summary>
    public static Unpack.TarException? Explain(Exception error) => error switch
    {
        EndOfStreamException => Unpack.TarException.Truncated(),
        InvalidDataException or ZstdException => new Unpack.TarException($"invalid archive: {error.Message}", error),
        _ => null,
    };
}
