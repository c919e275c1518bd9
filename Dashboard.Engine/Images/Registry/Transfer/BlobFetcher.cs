using System.Net;
using System.Net.Http.Headers;
using Dashboard.Engine.Images.Content;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Registry.Transfer;

/// <summary>What was downloaded in several pieces, some perhaps before this run, is not the blob: it must be fetched from its start.</summary>
internal sealed class StalePartsException(string message) : Exception(message);

/// <summary>
/// Downloads one blob into an ingest, from wherever that is: broken connections are followed by a request for the rest
/// (<c>Range: bytes=N-</c>, RFC 9110 section 14), and the whole is checked against its digest and size.
/// </summary>
internal sealed class BlobFetcher(RegistrySession session, RetryPolicy retries, RegistryOptions options)
{
    private const long ReportEvery = 256 * 1024;

    /// <exception cref="RegistryException">It cannot be had, or is not what its digest or size says.</exception>
    /// <exception cref="StalePartsException">It would have to be fetched anew.</exception>
    public async Task FetchAsync(BlobTransfer transfer, Ingest ingest, long size, CancellationToken cancellationToken)
    {
        var pieces = ingest.Length > 0 ? 1 : 0;
        for (var tries = 0; ingest.Length < size || pieces == 0;)
        {
            var before = ingest.Length;
            TimeSpan pause;
            pieces++;
            try
            {
                await ReadAsync(transfer, ingest, size, cancellationToken);
                break;
            }
            catch (RegistryException error)
            {
                tries = ingest.Length > before ? 1 : tries + 1;
                if (retries.Pause(error, tries, wasServed: true) is not { } wait)
                    throw;
                pause = wait;
            }
            transfer.Report(TransferState.Retrying(pause));
            await retries.WaitAsync(pause, cancellationToken);
        }
        transfer.Report(TransferState.Verifying);
        ingest.Finish();
        if (ingest.Digest != transfer.Digest)
        {
            var message = $"filesystem layer verification failed for digest {transfer.Digest}";
            throw pieces > 1 ? new StalePartsException(message) : new RegistryException(message);
        }
        transfer.Report(TransferState.Complete);
    }

    private async Task ReadAsync(BlobTransfer transfer, Ingest ingest, long size, CancellationToken cancellationToken)
    {
        var uri = session.Address($"blobs/{transfer.Digest}");
        var offset = ingest.Length;
        using var response = await session.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, uri);
                if (offset > 0)
                    request.Headers.Range = new RangeHeaderValue(offset, null);
                return request;
            },
            session.PullScope, cancellationToken);
        var skip = Skip(transfer.Digest, response, offset, size);
        transfer.Report(TransferState.Downloading(offset, size));
        var reported = offset;
        await foreach (var chunk in WatchedBody.ReadAsync(response, uri, options.StallTimeout, cancellationToken))
        {
            var rest = chunk;
            if (skip > 0)
            {
                var skipped = (int)Math.Min(skip, rest.Length);
                rest = rest[skipped..];
                skip -= skipped;
            }
            if (ingest.Length + rest.Length > size)
                throw new RegistryException($"blob {transfer.Digest} has more than the expected {size} bytes");
            ingest.Write(rest.Span);
            if (ingest.Length - reported >= ReportEvery || ingest.Length == size)
                transfer.Report(TransferState.Downloading(reported = ingest.Length, size));
        }
        if (ingest.Length < size)
            throw new RegistryException($"Get \"{RegistryFault.Show(uri)}\": unexpected EOF after {ingest.Length} of {size} bytes", RegistryFailure.Transient);
    }

    /// <summary>How many bytes of the answer are known already: none where the registry gave the rest, all of them where it does not know ranges.</summary>
    private static long Skip(Digest digest, HttpResponseMessage response, long offset, long size)
    {
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            throw new RegistryException($"blob {digest} has fewer than the expected {size} bytes");
        var range = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange : null;
        if (response.StatusCode == HttpStatusCode.PartialContent && range?.From is null)
            throw new RegistryException($"blob {digest}: the registry sent a part without saying which");
        var from = range?.From ?? 0;
        var total = range is null ? response.Content.Headers.ContentLength : range.Length;
        if (total is not null && total != size)
            throw new RegistryException($"blob {digest} has {total} bytes, expected {size}");
        return from <= offset ? offset - from : throw new RegistryException($"blob {digest}: the registry sent bytes from {from}, asked for those from {offset}");
    }
}
