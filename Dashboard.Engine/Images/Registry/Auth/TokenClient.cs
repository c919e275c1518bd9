using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Dashboard.Engine.Images.Registry.Auth;

/// <summary>
/// Fetches bearer tokens from the realm that a registry names (distribution, docs/spec/auth/token.md and oauth.md): a GET with the
/// password, or nothing; a POST with the refresh token.
/// </summary>
internal sealed class TokenClient(HttpMessageInvoker http, RegistryHost host, RegistryCredentials credentials, RegistryOptions options, TimeProvider clock)
{
    private const string ClientId = "docker";
    private const int AnswerMax = 1 << 20;

    /// <param name="asksRefreshToken">A login: with an identity token to keep, where the server gives one.</param>
    /// <exception cref="RegistryException">The server's refusal; <c>unauthorized: incorrect username or password</c>.</exception>
    public async Task<TokenAnswer> GetAsync(Challenge challenge, IReadOnlyList<string> scopes, bool asksRefreshToken, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(challenge.Parameter("realm"), UriKind.Absolute, out var realm) || realm.Scheme is not ("http" or "https"))
            throw new RegistryException($"the registry {host.Domain} asks for a token without saying where to get one");
        if (realm.Scheme == "http" && host.Url.Scheme == "https" && (credentials.HasPassword || credentials.IdentityToken.Length > 0) && !host.TrustsAnyone)
            throw new RegistryException($"the registry {host.Domain} asks to send the credentials to {RegistryFault.Show(realm)} unencrypted: refused");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.StallTimeout);
        using var request = credentials.IdentityToken.Length > 0 ? Post(realm, challenge, scopes) : Get(realm, challenge, scopes, asksRefreshToken);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            if (!response.IsSuccessStatusCode)
                throw await RegistryErrors.ReadAsync(response, clock, limit.Token);
            return await ReadAsync(response, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw RegistryFault.Stalled(request.Method, realm, options.StallTimeout);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw RegistryFault.Explain(error, request.Method, realm);
        }
    }

    private HttpRequestMessage Get(Uri realm, Challenge challenge, IReadOnlyList<string> scopes, bool asksRefreshToken)
    {
        var query = new List<string>();
        if (credentials.Username.Length > 0)
            query.Add("account=" + Uri.EscapeDataString(credentials.Username));
        if (asksRefreshToken)
            query.AddRange(["offline_token=true", "client_id=" + ClientId]);
        query.AddRange(scopes.Select(scope => "scope=" + Uri.EscapeDataString(scope)));
        if (challenge.Parameter("service") is { Length: > 0 } service)
            query.Add("service=" + Uri.EscapeDataString(service));
        var builder = new UriBuilder(realm) { Query = string.Join('&', query.Prepend(realm.Query.TrimStart('?')).Where(part => part.Length > 0)) };
        var request = new HttpRequestMessage(HttpMethod.Get, builder.Uri);
        if (credentials.HasPassword)
            request.Headers.Authorization = Basic(credentials);
        return request;
    }

    private HttpRequestMessage Post(Uri realm, Challenge challenge, IReadOnlyList<string> scopes) => new(HttpMethod.Post, realm)
    {
        Content = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = credentials.IdentityToken,
            ["client_id"] = ClientId,
            ["service"] = challenge.Parameter("service"),
            ["scope"] = string.Join(' ', scopes),
        }),
    };

    private static async Task<TokenAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            await response.Content.LoadIntoBufferAsync(AnswerMax, cancellationToken);
            var answer = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), RegistryJson.Default.TokenAnswer);
            var token = answer?.Token is { Length: > 0 } given ? given : answer?.AccessToken;
            return token is { Length: > 0 } ? answer! with { Token = token } : throw new RegistryException("authorization server did not include a token in the response");
        }
        catch (JsonException error)
        {
            throw new RegistryException("unable to decode token response", RegistryFailure.Final, error);
        }
    }

    public static AuthenticationHeaderValue Basic(RegistryCredentials credentials) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}")));
}
