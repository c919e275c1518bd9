using System.Net;
using System.Net.Http.Headers;
using Dashboard.Engine.Images.Registry.Auth;

namespace Dashboard.Engine.Images.Registry;

/// <summary>Opens sessions: finds out whether a host answers, how (HTTPS, or plain where that is allowed), and what it wants to see.</summary>
internal sealed class RegistryConnector(RegistryOptions options, TimeProvider clock) : IDisposable
{
    private readonly RegistryConnections connections = new(options);
    private volatile RegistryHosts hosts = new(options);

    /// <summary>For what begins from now on.</summary>
    public void Reload(RegistryOptions changed) => hosts = new RegistryHosts(changed);

    /// <summary>
    /// Does <paramref name="work"/> with the first host of a domain that answers; where that is a mirror which fails, with the next.
    /// </summary>
    /// <exception cref="RegistryException">That of the last host.</exception>
    public async Task<T> UseAsync<T>(string domain, string repository, RegistryCredentials credentials, Func<RegistrySession, Task<T>> work, CancellationToken cancellationToken, bool isPush = false)
    {
        // A mirror is a copy: nothing is pushed to it.
        var places = (await hosts.OfAsync(domain, cancellationToken)).Where(host => !isPush || !host.IsMirror).ToList();
        for (var at = 0; ; at++)
        {
            var isLast = at == places.Count - 1;
            RegistrySession? session = null;
            try
            {
                session = await OpenAsync(places[at], repository, places[at].IsMirror ? RegistryCredentials.None : credentials, cancellationToken);
                return await work(session);
            }
            catch (RegistryException) when (!isLast && (session is null || places[at].IsMirror))
            {
                // The next one is asked, and its error is the one that counts.
            }
        }
    }

    private async Task<RegistrySession> OpenAsync(RegistryHost host, string repository, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var http = connections.For(host);
        var authorizer = new Authorizer(new TokenClient(http, host, credentials, options, clock), credentials, clock) { Challenge = await PingAsync(http, host, cancellationToken) };
        return new RegistrySession(host, repository, http, authorizer, options, clock);
    }

    /// <summary><c>docker login</c>: shows the credentials to the host. Returns the identity token that it gives, or nothing.</summary>
    public async Task<string> LoginAsync(RegistryHost host, RegistryCredentials credentials, CancellationToken cancellationToken)
    {
        var http = connections.For(host);
        var uri = new Uri(host.Url, "v2/");
        var challenge = await PingAsync(http, host, cancellationToken);
        if (challenge is null)
            return "";
        if (challenge.IsBearer)
            return (await LoginByTokenAsync(new TokenClient(http, host, credentials, options, clock), challenge, uri, http, cancellationToken)) ?? "";
        if (!credentials.HasPassword)
            throw RegistryFault.NoCredentials(HttpMethod.Get, uri);
        await ShowAsync(http, uri, TokenClient.Basic(credentials), cancellationToken);
        return "";
    }

    public Task<IReadOnlyList<RegistryHost>> HostsAsync(string domain, CancellationToken cancellationToken) => hosts.OfAsync(domain, cancellationToken);

    /// <summary>A session without a ping and without credentials of the token kind: for what is no registry of version 2.</summary>
    public HttpMessageInvoker Plain(RegistryHost host) => connections.For(host);

    private async Task<string?> LoginByTokenAsync(TokenClient tokens, Challenge challenge, Uri uri, HttpMessageInvoker http, CancellationToken cancellationToken)
    {
        TokenAnswer answer;
        try
        {
            answer = await tokens.GetAsync(challenge, [], asksRefreshToken: true, cancellationToken);
        }
        catch (RegistryException error) when (error.Code.Length > 0)
        {
            throw new RegistryException($"Get \"{RegistryFault.Show(uri)}\": {error.Message}", error.Failure, error) { Code = error.Code, Status = error.Status };
        }
        await ShowAsync(http, uri, new AuthenticationHeaderValue("Bearer", answer.Token), cancellationToken);
        return answer.RefreshToken;
    }

    private async Task ShowAsync(HttpMessageInvoker http, Uri uri, AuthenticationHeaderValue header, CancellationToken cancellationToken)
    {
        using var response = await GetAsync(http, uri, header, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new RegistryException($"login attempt to {RegistryFault.Show(uri)} failed with status: {(int)response.StatusCode} {response.ReasonPhrase}") { Status = response.StatusCode };
    }

    private async Task<Challenge?> PingAsync(HttpMessageInvoker http, RegistryHost host, CancellationToken cancellationToken)
    {
        using var response = await GetAsync(http, new Uri(host.Url, "v2/"), null, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return Challenge.Read(response);
        return (int)response.StatusCode < 500 ? null : throw await RegistryErrors.ReadAsync(response, clock, cancellationToken);
    }

    private async Task<HttpResponseMessage> GetAsync(HttpMessageInvoker http, Uri uri, AuthenticationHeaderValue? header, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.StallTimeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.Authorization = header;
        try
        {
            return await http.SendAsync(request, limit.Token);
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

    public void Dispose() => connections.Dispose();
}
