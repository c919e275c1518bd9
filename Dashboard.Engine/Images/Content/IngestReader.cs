namespace Dashboard.Engine.Images.Content;

/// <summary>Follows an <see cref="Ingest"/> to its end; blocks its thread while the writer is behind.</summary>
internal sealed class IngestReader : ReadOnlyStream
{
    private readonly Ingest ingest;
    private readonly CancellationToken cancellationToken;
    private readonly CancellationTokenRegistration wake;
    private long position;

    public IngestReader(Ingest ingest, CancellationToken cancellationToken)
    {
        this.ingest = ingest;
        this.cancellationToken = cancellationToken;
        wake = cancellationToken.UnsafeRegister(static state => ((Ingest)state!).Wake(), ingest);
    }

    public override int Read(Span<byte> buffer)
    {
        var count = ingest.Read(buffer, position, cancellationToken);
        position += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            wake.Dispose();
        base.Dispose(disposing);
    }
}
