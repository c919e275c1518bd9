using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Registry.Transfer;

/// <summary>A blob that can be sent: its digest and size are known, and it can be read from any place.</summary>
internal sealed record OutgoingBlob(Digest Digest, long Size, Func<Stream> Open);

/// <summary>
/// Sends one blob (distribution-spec, "Push"): a session is opened, the bytes go in one PATCH, and a PUT with the digest closes it. A PATCH that
/// breaks off is gone on with from where the registry says it is.
/// <code>
/// POST  blobs/uploads/[?mount=D&amp;from=R]   201: it is there   202: Location
/// PATCH Location  bytes N-                 202: Location, Range: 0-M
/// GET   Location                           204: Range: 0-M       (after a failure)
/// PUT   Location&amp;digest=D                   201
/// </code>
/// </summary>
internal sealed class BlobUpload(RegistrySession session, RetryPolicy retries, RegistryOptions options)
{
    public Task<bool> ExistsAsync(Digest digest, CancellationToken cancellationToken) => retries.RunAsync(async () =>
    {
        try
        {
            using var response = await session.SendAsync(() => new HttpRequestMessage(HttpMethod.Head, session.Address($"blobs/{digest}")), session.PushScope, cancellationToken);
            return true;
        }
        catch (RegistryException error) when (error.Status == HttpStatusCode.NotFound)
        {
            return false;
        }
    }, cancellationToken);

    /// <summary>Asks the registry to take the blob from another of its repositories. False when it will not, or that has none.</summary>
    public Task<bool> MountAsync(Digest digest, string from, CancellationToken cancellationToken) => retries.RunAsync(async () =>
    {
        try
        {
            var address = new Uri(session.Address("blobs/uploads/") + $"?mount={Uri.EscapeDataString(digest.ToString())}&from={Uri.EscapeDataString(from)}");
            using var response = await session.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, address), [.. session.PushScope, $"repository:{from}:pull"], cancellationToken);
            if (response.StatusCode == HttpStatusCode.Created)
                return true;
            if (Next(response) is { } opened)
                await ForgetAsync(opened);
            return false;
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed)
        {
            return false;
        }
    }, cancellationToken);

    /// <param name="report">The position in the blob.</param>
    /// <exception cref="RegistryException">It was refused, or tried too often.</exception>
    public async Task SendAsync(OutgoingBlob blob, Action<TransferState> report, CancellationToken cancellationToken)
    {
        Uri? location = null;
        long offset = 0;
        try
        {
            var (forgotten, asks) = (0, false);
            for (var tries = 0; ;)
            {
                TimeSpan pause;
                var before = offset;
                try
                {
                    location ??= await BeginAsync(cancellationToken);
                    if (asks)
                        (location, offset) = await AskAsync(location, cancellationToken);
                    if (offset < blob.Size)
                        location = await PatchAsync(location, blob, offset, report, cancellationToken);
                    await CloseAsync(location, blob, cancellationToken);
                    return;
                }
                catch (RegistryException error)
                {
                    // The registry has lost the session, or does not go on with one that broke (Docker's 2.8): another one, from the start.
                    asks = location is null || error.Status is not (HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable) || forgotten++ == options.Attempts;
                    if (asks)
                        tries = offset > before ? 1 : tries + 1;
                    else
                        (location, offset) = (null, 0);
                    if ((asks ? retries.Pause(error, tries, wasServed: true) : options.FirstPause) is not { } wait)
                        throw;
                    asks &= location is not null;
                    pause = wait;
                }
                report(TransferState.Retrying(pause));
                await retries.WaitAsync(pause, cancellationToken);
            }
        }
        catch when (location is not null)
        {
            await ForgetAsync(location);
            throw;
        }
    }

    private async Task<Uri> BeginAsync(CancellationToken cancellationToken)
    {
        using var response = await session.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, session.Address("blobs/uploads/")), session.PushScope, cancellationToken);
        return Next(response) ?? throw new RegistryException($"Post \"{RegistryFault.Show(session.Address("blobs/uploads/"))}\": the registry did not say where to send the blob");
    }

    private async Task<Uri> PatchAsync(Uri location, OutgoingBlob blob, long offset, Action<TransferState> report, CancellationToken cancellationToken)
    {
        using var response = await session.SendAsync(
            () =>
            {
                var content = new BlobContent(blob.Open, offset, blob.Size, options.StallTimeout, position => report(TransferState.Pushing(position, blob.Size)));
                if (offset > 0)
                    content.Headers.TryAddWithoutValidation("Content-Range", $"{offset}-{blob.Size - 1}");
                return new HttpRequestMessage(HttpMethod.Patch, location) { Content = content };
            },
            session.PushScope, cancellationToken);
        return Next(response) ?? location;
    }

    private async Task<(Uri Location, long Offset)> AskAsync(Uri location, CancellationToken cancellationToken)
    {
        using var response = await session.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, location), session.PushScope, cancellationToken);
        return (Next(response) ?? location, Received(response));
    }

    private async Task CloseAsync(Uri location, OutgoingBlob blob, CancellationToken cancellationToken)
    {
        var builder = new UriBuilder(location);
        builder.Query = (builder.Query.Length > 1 ? builder.Query[1..] + "&" : "") + "digest=" + Uri.EscapeDataString(blob.Digest.ToString());
        using var response = await session.SendAsync(() => new HttpRequestMessage(HttpMethod.Put, builder.Uri) { Content = Nothing() }, session.PushScope, cancellationToken);
    }

    /// <summary>So that nothing half is left at the registry either; what does not work there it clears away itself.</summary>
    private async Task ForgetAsync(Uri location)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            using var response = await session.SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, location), session.PushScope, limit.Token);
        }
        catch (Exception error) when (error is RegistryException or OperationCanceledException)
        {
            // It was a courtesy.
        }
    }

    private Uri? Next(HttpResponseMessage response) =>
        response.Headers.Location is { } location ? new Uri(response.RequestMessage?.RequestUri ?? session.Host.Url, location) : null;

    /// <summary><c>Range: 0-1023</c> is 1,024 bytes; <c>0-0</c> is what registries say of none.</summary>
    private static long Received(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Range", out var values) && !response.Content.Headers.TryGetValues("Range", out values))
            return 0;
        var text = values.First();
        var dash = text.IndexOf('-');
        return dash >= 0 && long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last) && last > 0 ? last + 1 : 0;
    }

    private static ByteArrayContent Nothing()
    {
        var content = new ByteArrayContent([]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }
}
