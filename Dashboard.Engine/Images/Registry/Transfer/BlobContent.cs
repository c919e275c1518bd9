using System.Net;
using System.Net.Http.Headers;

namespace Dashboard.Engine.Images.Registry.Transfer;

/// <summary>The rest of a blob as the body of a request, read while it is sent. A registry that takes nothing for a while ends it.</summary>
internal sealed class BlobContent : HttpContent
{
    private const int ChunkSize = 128 * 1024;
    private readonly Func<Stream> open;
    private readonly long offset;
    private readonly long length;
    private readonly TimeSpan stall;
    private readonly Action<long> report;

    /// <param name="open">The blob from its start; can seek.</param>
    /// <param name="report">The position in the blob.</param>
    public BlobContent(Func<Stream> open, long offset, long size, TimeSpan stall, Action<long> report)
    {
        this.open = open;
        this.offset = offset;
        this.stall = stall;
        this.report = report;
        length = size - offset;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using var blob = open();
        blob.Seek(offset, SeekOrigin.Begin);
        var chunk = new byte[ChunkSize];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        for (var sent = 0L; sent < length;)
        {
            var count = await blob.ReadAsync(chunk.AsMemory(0, (int)Math.Min(chunk.Length, length - sent)), cancellationToken);
            if (count == 0)
                throw new IOException("the blob ends before its size");
            limit.CancelAfter(stall);
            try
            {
                await stream.WriteAsync(chunk.AsMemory(0, count), limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException($"nothing was taken for {stall.TotalSeconds:0.#} seconds");
            }
            report(offset + (sent += count));
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return true;
    }
}
