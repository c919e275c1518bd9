using System.Runtime.CompilerServices;

namespace Dashboard.Engine.Images.Registry.Transfer;

/// <summary>The body of an answer, chunk by chunk. A sender that falls silent, or breaks off, is an error that may be tried again.</summary>
internal static class WatchedBody
{
    private const int ChunkSize = 128 * 1024;

    /// <returns>Each chunk is valid until the next one is asked for.</returns>
    /// <exception cref="RegistryException">Stalled or broken off.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, Uri uri, TimeSpan stall, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var chunk = new byte[ChunkSize];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        while (true)
        {
            limit.CancelAfter(stall);
            int count;
            try
            {
                count = await body.ReadAsync(chunk, limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw RegistryFault.Stalled(HttpMethod.Get, uri, stall);
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                throw RegistryFault.Explain(error, HttpMethod.Get, uri);
            }
            if (count == 0)
                yield break;
            yield return chunk.AsMemory(0, count);
        }
    }
}
