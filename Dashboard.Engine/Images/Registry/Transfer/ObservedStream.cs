using Dashboard.Engine.Images.Content;

namespace Dashboard.Engine.Images.Registry.Transfer;

/// <summary>Passes a stream through and tells how many bytes have gone by.</summary>
internal sealed class ObservedStream(Stream source, Action<long> observe) : ReadOnlyStream
{
    private const long ObserveEvery = 512 * 1024;
    private long position;
    private long observed;

    public override int Read(Span<byte> buffer)
    {
        var count = source.Read(buffer);
        position += count;
        if (position - observed >= ObserveEvery || count == 0)
            observe(observed = position);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            source.Dispose();
        base.Dispose(disposing);
    }
}
