using System.Net;
using System.Text.Json;
using Dashboard.Engine.Images.Registry.Auth;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Registry;

/// <summary>
/// <c>docker search</c> (moby, registry/search.go): <c>GET /v1/search?q=word&amp;n=25</c> of Docker Hub's index, or of a registry that the term
/// names. Registries of version 2 have no search; those that offer one answer to this.
/// </summary>
internal sealed class RegistrySearch(RegistryConnector connector, RegistryOptions options)
{
    private const int AnswerMax = 4 << 20;

    /// <exception cref="RegistryException">Nobody answers, or not with results.</exception>
    public async Task<IReadOnlyList<SearchResult>> SearchAsync(string term, int limit, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var (hosts, word) = await PlacesAsync(term, cancellationToken);
        for (var at = 0; ; at++)
        {
            try
            {
                return await AskAsync(hosts[at], word, limit, credentials, cancellationToken);
            }
            catch (RegistryException error) when (error.Status is null && at < hosts.Count - 1)
            {
                // Not by HTTPS: in the clear, where that is allowed.
            }
        }
    }

    private async Task<(IReadOnlyList<RegistryHost> Hosts, string Word)> PlacesAsync(string term, CancellationToken cancellationToken)
    {
        var slash = term.IndexOf('/');
        var first = slash < 0 ? "" : term[..slash];
        if (first.Length == 0 || (!first.Contains('.') && !first.Contains(':') && first != "localhost") || first is Reference.DefaultDomain or "index.docker.io")
        {
            var word = first.Length > 0 && first.Contains('.') ? term[(slash + 1)..] : term;
            return ([new RegistryHost(options.SearchIndex, Reference.DefaultDomain, TrustsAnyone: false)], word.StartsWith("library/", StringComparison.Ordinal) ? word["library/".Length..] : word);
        }
        return Uri.TryCreate($"https://{first}/", UriKind.Absolute, out _)
            ? (await connector.HostsAsync(first, cancellationToken), term[(slash + 1)..])
            : throw new RegistryException($"invalid registry endpoint \"{first}\"");
    }

    private async Task<IReadOnlyList<SearchResult>> AskAsync(RegistryHost host, string word, int limit, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var uri = new Uri(host.Url, $"v1/search?q={Uri.EscapeDataString(word)}&n={limit}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.StallTimeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (credentials.HasPassword)
            request.Headers.Authorization = TokenClient.Basic(credentials);
        try
        {
            using var response = await connector.Plain(host).SendAsync(request, patience.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new RegistryException($"Unexpected status code {(int)response.StatusCode}") { Status = response.StatusCode };
            await response.Content.LoadIntoBufferAsync(AnswerMax, patience.Token);
            var answer = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(patience.Token), RegistryJson.Default.SearchAnswer);
            return answer?.Results ?? [];
        }
        catch (JsonException error)
        {
            throw new RegistryException($"{host.Domain} did not answer the search with results: {error.Message}", RegistryFailure.Final, error) { Status = HttpStatusCode.OK };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw RegistryFault.Stalled(HttpMethod.Get, uri, options.StallTimeout);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw RegistryFault.Explain(error, HttpMethod.Get, uri);
        }
    }
}
