using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Dashboard.Engine.Images.Registry.Transfer;
using Dashboard.Oci;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Images.Registry;

/// <summary>Manifests, tags and small blobs of one repository (distribution-spec, "Pull").</summary>
internal sealed class ManifestClient(RegistrySession session, RetryPolicy retries)
{
    /// <summary>Bytes; what registries themselves take at most.</summary>
    private const int ManifestMax = 4 << 20;

    /// <summary>Bytes of a config.</summary>
    public const int DocumentMax = 16 << 20;

    private const int PagesMax = 10_000;
    private static readonly string[] Accepted = [MediaTypes.DockerManifest, MediaTypes.DockerManifestList, MediaTypes.Manifest, MediaTypes.Index];

    /// <summary>What a tag stands for now; costs nothing of the limits on pulls. Null where the registry does not say.</summary>
    /// <exception cref="RegistryException">There are no credentials. Any other refusal comes again, with its reason, from <see cref="GetAsync"/>.</exception>
    public Task<Digest?> HeadAsync(string tag, CancellationToken cancellationToken) => retries.RunAsync(async () =>
    {
        try
        {
            using var response = await session.SendAsync(() => Request(HttpMethod.Head, tag), session.PullScope, cancellationToken);
            return Claimed(response);
        }
        catch (RegistryException error) when (error.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests)
        {
            // An answer to HEAD has no body that could tell why.
            return null;
        }
    }, cancellationToken);

    /// <param name="reference">A tag or a digest.</param>
    public Task<RemoteManifest> GetAsync(string reference, CancellationToken cancellationToken) => retries.RunAsync(async () =>
    {
        using var response = await session.SendAsync(() => Request(HttpMethod.Get, reference), session.PullScope, cancellationToken);
        var bytes = await ReadAsync(response, ManifestMax, "manifest", cancellationToken);
        var manifest = RemoteManifest.Parse(bytes, response.Content.Headers.ContentType?.MediaType);
        var expected = Digest.TryParse(reference, out var asked) ? asked : Claimed(response);
        if (expected is { Algorithm: not "sha256" })
            throw new RegistryException($"{expected}: unsupported digest algorithm");
        return expected is { } digest && digest != manifest.Digest
            ? throw new RegistryException($"manifest verification failed for digest {digest}")
            : manifest;
    }, cancellationToken);

    /// <summary>All of a small blob.</summary>
    public Task<byte[]> BlobAsync(Descriptor descriptor, CancellationToken cancellationToken) => retries.RunAsync(async () =>
    {
        var digest = Check(descriptor);
        using var response = await session.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, session.Address($"blobs/{digest}")), session.PullScope, cancellationToken);
        var bytes = await ReadAsync(response, DocumentMax, "blob", cancellationToken);
        if (bytes.Length != descriptor.Size)
            throw new RegistryException($"blob {digest} has {bytes.Length} bytes, expected {descriptor.Size}");
        return Digest.OfSha256(bytes) == digest ? bytes : throw new RegistryException($"image config verification failed for digest {digest}");
    }, cancellationToken);

    /// <summary>All tags of the repository, in the registry's order.</summary>
    public async Task<IReadOnlyList<string>> TagsAsync(CancellationToken cancellationToken)
    {
        var tags = new List<string>();
        var next = session.Address("tags/list");
        for (var page = 0; page < PagesMax; page++)
        {
            var address = next;
            var (found, link) = await retries.RunAsync(async () =>
            {
                using var response = await session.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address), session.PullScope, cancellationToken);
                var list = JsonSerializer.Deserialize(await ReadAsync(response, ManifestMax, "list of tags", cancellationToken), RegistryJson.Default.TagList);
                return (list?.Tags ?? [], response.Headers.TryGetValues("Link", out var links) ? links.First() : null);
            }, cancellationToken);
            tags.AddRange(found.Where(tag => Reference.IsTag(tag)));
            if (NextPage(address, link) is not { } following)
                return tags;
            next = following;
        }
        throw new RegistryException($"the list of tags of {session.Repository} does not end");
    }

    /// <exception cref="RegistryException">What it names cannot be kept here.</exception>
    public static Digest Check(Descriptor descriptor)
    {
        if (!Digest.TryParse(descriptor.Digest, out var digest))
            throw new RegistryException($"invalid manifest: \"{descriptor.Digest}\" is no digest");
        if (digest.Algorithm != "sha256")
            throw new RegistryException($"{digest}: unsupported digest algorithm");
        return descriptor.Size >= 0 ? digest : throw new RegistryException($"invalid manifest: {digest} has the size {descriptor.Size}");
    }

    private HttpRequestMessage Request(HttpMethod method, string reference)
    {
        var request = new HttpRequestMessage(method, session.Address($"manifests/{reference}"));
        foreach (var type in Accepted)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        return request;
    }

    private static Digest? Claimed(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out var values) && Digest.TryParse(values.First(), out var digest) ? digest : null;

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, int max, string what, CancellationToken cancellationToken)
    {
        var uri = response.RequestMessage?.RequestUri ?? session.Host.Url;
        using var content = new MemoryStream();
        await foreach (var chunk in WatchedBody.ReadAsync(response, uri, session.Stall, cancellationToken))
        {
            if (content.Length + chunk.Length > max)
                throw new RegistryException($"the {what} of {session.Repository} has more than {max} bytes");
            content.Write(chunk.Span);
        }
        return content.ToArray();
    }

    /// <summary>RFC 8288: <c>&lt;/v2/x/tags/list?last=b&amp;n=2&gt;; rel="next"</c>. Only of the same registry.</summary>
    private static Uri? NextPage(Uri current, string? link)
    {
        if (link is null || !link.Contains("rel=\"next\"", StringComparison.Ordinal) || link.IndexOf('<') is not (>= 0 and var open) || link.IndexOf('>', open) is not (> 0 and var close))
            return null;
        var next = new Uri(current, link[(open + 1)..close]);
        return next.GetLeftPart(UriPartial.Authority) == current.GetLeftPart(UriPartial.Authority) ? next : null;
    }
}

internal sealed record TagList
{
    public IReadOnlyList<string>? Tags { get; set; }
}
