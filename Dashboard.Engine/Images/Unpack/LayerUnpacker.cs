using Dashboard.Engine.Images.Content;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Unpack;

/// <summary>What came out of one layer's blob.</summary>
/// <param name="DiffId">Digest of the uncompressed tar, all of it.</param>
/// <param name="Size">Docker's size: the files' sizes added up.</param>
/// <param name="Compression">How the blob was compressed.</param>
/// <param name="ImplicitDirectories">Directories that the tar only mentions in longer names.</param>
internal sealed record UnpackedLayer(Digest DiffId, long Size, CompressionKind Compression, IReadOnlyCollection<string> ImplicitDirectories, int SkippedXattrs);

/// <summary>Unpacks one blob into an empty directory. A layer does not need those below it, so any number go at once.</summary>
internal static class LayerUnpacker
{
    /// <param name="blob">From its start; may still be growing (<see cref="Ingest.OpenReader"/>). Owned.</param>
    /// <param name="blobDigest">Asked after the blob's end was read: for an uncompressed blob it is the diff id, and hashing twice is saved.</param>
    /// <exception cref="TarException">The archive is wrong.</exception>
    /// <exception cref="IOException">The disk is.</exception>
    public static UnpackedLayer Unpack(Stream blob, Func<Digest> blobDigest, string directory, string trash, long reserveBytes, CancellationToken cancellationToken)
    {
        using var layer = new LayerDirectory(directory, trash);
        var writer = new EntryWriter(layer, new DiskReserve(layer.Root, reserveBytes), EntryRules.Layer);
        var (plain, kind) = Decompression.OpenDetected(blob);
        var hashing = kind == CompressionKind.None ? null : new HashingStream(plain);
        using var tar = hashing ?? plain;
        try
        {
            ReadAll(tar, writer, cancellationToken);
        }
        catch (Exception error) when (Decompression.Explain(error) is { } explained)
        {
            throw explained;
        }
        catch (OverflowException)
        {
            throw new TarException("invalid archive: sizes add up to more than a file system holds");
        }
        writer.Finish();
        return new UnpackedLayer(hashing?.Finish() ?? blobDigest(), writer.Size, kind, layer.Implicit, writer.SkippedXattrs);
    }

    private static void ReadAll(Stream tar, EntryWriter writer, CancellationToken cancellationToken)
    {
        using var reader = new TarReader(tar);
        while (reader.Next() is { } entry)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Write(entry, reader);
        }
        reader.Drain();
    }
}
