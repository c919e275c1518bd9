namespace Dashboard.Engine.Images.Content;

/// <summary>Follows an <see cref="Ingest"/> to its end; blocks its thread while the writer is behind.</summary>
internal sealed class IngestReader(Ingest ingest) : ReadOnlyStream
{
    private long position;

    public override int Read(Span<byte> buffer)
    {
        var count = ingest.Read(buffer, position);
        position += count;
        return count;
    }
}
