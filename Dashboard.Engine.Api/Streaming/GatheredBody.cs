using System.Buffers;
using System.IO.Pipelines;

namespace Dashboard.Engine.Api.Streaming;

/// <summary>
/// A request body that is handed on in large pieces. The transport receives four kilobytes at a time; whoever waits for each
/// of them on a thread of its own is woken for each, and a big upload becomes a ping-pong between threads.
/// </summary>
internal sealed class GatheredBody(PipeReader body) : Stream
{
    /// <summary>Below Kestrel's limit of what it buffers for one request (1 MiB), so that receiving goes on meanwhile.</summary>
    private const int PieceMin = 256 * 1024;

    private ReadOnlySequence<byte> rest;
    private bool ended;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        rest.IsEmpty && !ended ? GatherAsync(buffer, cancellationToken) : ValueTask.FromResult(Take(buffer.Span));

    private async ValueTask<int> GatherAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var result = await body.ReadAtLeastAsync(PieceMin, cancellationToken);
        rest = result.Buffer;
        ended = result.IsCompleted;
        if (rest.IsEmpty)
            body.AdvanceTo(rest.End);
        return Take(buffer.Span);
    }

    private int Take(Span<byte> buffer)
    {
        if (rest.IsEmpty)
            return 0;
        var count = (int)Math.Min(buffer.Length, rest.Length);
        rest.Slice(0, count).CopyTo(buffer);
        rest = rest.Slice(count);
        if (rest.IsEmpty)
            body.AdvanceTo(rest.End);
        return count;
    }

    /// <summary>What was not taken is given back: else the server cannot read on to the end of the request.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !rest.IsEmpty)
            body.AdvanceTo(rest.Start);
        rest = default;
        base.Dispose(disposing);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
