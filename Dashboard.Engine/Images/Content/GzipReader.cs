using System.IO.Compression;

namespace Dashboard.Engine.Images.Content;

/// <summary>
/// Gunzip that notices a truncated input. The BCL's <see cref="GZipStream"/> ends quietly when its source does, also in the
/// middle of a block or of the trailer. So the source is followed by bytes that are no gzip header (behind a whole stream
/// they are ignored), no deflate block and, at any cut, no right trailer: a stream that was cut fails on them or asks for more.
/// </summary>
internal sealed class GzipReader : ReadOnlyStream
{
    private readonly EndMarked source;
    private readonly GZipStream inner;

    public GzipReader(Stream compressed)
    {
        source = new EndMarked(compressed);
        inner = new GZipStream(source, CompressionMode.Decompress);
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            var count = inner.Read(buffer);
            if (count == 0 && source.Exhausted)
                throw Unpack.TarException.Truncated();
            return count;
        }
        catch (InvalidDataException) when (source.Ended)
        {
            throw Unpack.TarException.Truncated();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private sealed class EndMarked(Stream source) : ReadOnlyStream
    {
        private const int MarkerLength = 64;

        /// <summary>The marker was handed out.</summary>
        public bool Ended { get; private set; }
        /// <summary>More was wanted than the marker.</summary>
        public bool Exhausted { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (Ended)
            {
                Exhausted = true;
                return 0;
            }
            var count = source.Read(buffer);
            if (count > 0 || buffer.IsEmpty)
                return count;
            Ended = true;
            count = Math.Min(MarkerLength, buffer.Length);
            buffer[..count].Fill(0xFF);
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }
    }
}
