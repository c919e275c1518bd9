using System.IO.Pipelines;

namespace Dashboard.Engine.Api.Streaming;

/// <summary>
/// A response body for code that writes synchronously on a thread of its own: each write waits until the client has room,
/// and fails when it has gone. Only for dedicated threads.
/// </summary>
internal sealed class BlockingResponse(PipeWriter body, CancellationToken ended) : Stream
{
    /// <summary>The size of Kestrel's own buffers.</summary>
    private const int PieceMax = 4096;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var room = body.GetSpan(Math.Min(buffer.Length, PieceMax));
            var count = Math.Min(room.Length, buffer.Length);
            buffer[..count].CopyTo(room);
            body.Advance(count);
            buffer = buffer[count..];
        }
        var flush = body.FlushAsync(ended);
        var result = flush.IsCompletedSuccessfully ? flush.Result : flush.AsTask().GetAwaiter().GetResult();
        // Kestrel ends the connection when the token ends the wait, and says nothing.
        ended.ThrowIfCancellationRequested();
        // Kestrel tells so of a client that went: nobody reads on.
        if (result.IsCompleted)
            throw new OperationCanceledException("the client has gone", ended);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
