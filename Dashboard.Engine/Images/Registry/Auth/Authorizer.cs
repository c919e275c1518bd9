using System.Net.Http.Headers;

namespace Dashboard.Engine.Images.Registry.Auth;

/// <summary>Puts the right Authorization header on the requests to one registry, and gets tokens as they are needed; they are kept until they expire.</summary>
internal sealed class Authorizer(TokenClient tokens, RegistryCredentials credentials, TimeProvider clock)
{
    /// <summary>Seconds, of a token that does not say how long it lives (token.md).</summary>
    private const double DefaultLifetime = 60;

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);
    private readonly AsyncGate gate = new();
    private readonly Dictionary<string, (string Token, DateTimeOffset Until)> known = new(StringComparer.Ordinal);

    /// <summary>What the registry asked for last; null when it let us in without.</summary>
    public Challenge? Challenge { get; set; }

    /// <exception cref="RegistryException">There are no credentials, or they are refused.</exception>
    public async Task<AuthenticationHeaderValue?> HeaderAsync(HttpMethod method, Uri uri, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        if (Challenge is not { } challenge)
            return null;
        if (challenge.IsBearer)
            return new AuthenticationHeaderValue("Bearer", credentials.RegistryToken.Length > 0 ? credentials.RegistryToken : await TokenAsync(challenge, scopes, cancellationToken));
        return credentials.HasPassword ? TokenClient.Basic(credentials) : throw RegistryFault.NoCredentials(method, uri);
    }

    /// <summary>The registry did not take what it was shown. False when there is nothing else to show.</summary>
    public bool Renew(Challenge? challenge, IReadOnlyList<string> scopes)
    {
        var first = Challenge is null;
        Challenge = challenge ?? Challenge;
        lock (known)
            return (known.Remove(Key(scopes)) || first) && Challenge is not null;
    }

    private async Task<string> TokenAsync(Challenge challenge, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        using var turn = await gate.EnterAsync(cancellationToken);
        var now = clock.GetUtcNow();
        lock (known)
        {
            if (known.TryGetValue(Key(scopes), out var kept) && kept.Until > now)
                return kept.Token;
        }
        var answer = await tokens.GetAsync(challenge, scopes, asksRefreshToken: false, cancellationToken);
        lock (known)
            known[Key(scopes)] = (answer.Token!, now + TimeSpan.FromSeconds(Math.Clamp(answer.ExpiresIn ?? DefaultLifetime, DefaultLifetime, 86400)) - Margin);
        return answer.Token!;
    }

    private static string Key(IReadOnlyList<string> scopes) => string.Join(' ', scopes);
}
