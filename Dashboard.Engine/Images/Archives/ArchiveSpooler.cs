using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Archives;

/// <summary>
/// Reads an image archive once, from its first byte to its last: every file goes to the content store's ingest directory, and
/// what looks like a layer is unpacked beside that while it comes in. Nothing is kept in memory but the names.
/// </summary>
internal sealed class ArchiveSpooler(ContentStore content, UnpackPool pool, Func<Digest, bool> isKnownLayer, IProgress<LayerProgress>? progress)
{
    private const int ReportEvery = 1 << 20;

    /// <summary>On a thread of its own: <paramref name="source"/> is read synchronously.</summary>
    public void Read(Stream source, SpooledArchive into, CancellationToken cancellationToken)
    {
        try
        {
            using var tar = Decompression.OpenDetected(source).Plain;
            using var reader = new TarReader(tar);
            while (reader.Next() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var path = EntryPath.Clean(entry.Name);
                if (entry.Type == TarEntryType.Regular)
                    Spool(path, entry, reader, into);
                else if (entry.Type == TarEntryType.HardLink)
                    into.Add(new ArchiveMember(path, null, entry.LinkName));
                else if (entry.Type == TarEntryType.SymbolicLink)
                    into.Add(new ArchiveMember(path, null, entry.LinkName.StartsWith('/') ? entry.LinkName : $"{EntryPath.Split(path).Directory}/{entry.LinkName}"));
            }
            // The sender is not done before its last byte is taken.
            reader.Drain();
        }
        catch (Exception error) when (Decompression.Explain(error) is { } explained)
        {
            throw explained;
        }
    }

    private void Spool(string path, TarEntry entry, TarReader reader, SpooledArchive into)
    {
        if (entry.Sparse is not null)
            throw new TarException($"invalid archive: {EntryPath.Show(path)} is a sparse file");
        var member = new ArchiveMember(path, content.Begin(), null);
        into.Add(member);
        var head = new byte[TarHeader.BlockSize];
        long done = 0, reported = 0;
        while (done < entry.Size)
        {
            var chunk = reader.ReadData();
            if (done < head.Length)
            {
                chunk[..(int)Math.Min(chunk.Length, head.Length - done)].CopyTo(head.AsSpan((int)done));
                if (done + chunk.Length >= Math.Min(head.Length, entry.Size) && LooksLikeLayer(path, head.AsSpan(0, (int)Math.Min(head.Length, entry.Size))))
                    member.UnpackAhead(pool);
            }
            member.Blob.Write(chunk);
            done += chunk.Length;
            if (done - reported >= ReportEvery)
                Report(path, reported = done, entry.Size);
        }
        member.Blob.Finish();
        if (reported > 0)
            Report(path, done, entry.Size);
    }

    private bool LooksLikeLayer(string path, ReadOnlySpan<byte> head)
    {
        if (SpooledArchive.ClaimedDigest(path) is { } digest && isKnownLayer(digest))
            return false;
        return Decompression.Detect(head) is CompressionKind.Gzip or CompressionKind.Zstd
            || (head.Length == TarHeader.BlockSize && new TarHeader(head).HasValidChecksum());
    }

    /// <summary>By the digest or id that the member's path claims; only big members are worth a line.</summary>
    private void Report(string path, long current, long total)
    {
        if (progress is null)
            return;
        var hex = path.Split('/').FirstOrDefault(part => Digest.IsIdentifier(part));
        if (hex is not null)
            progress.Report(new LayerProgress("sha256:" + hex, current, total));
    }
}
