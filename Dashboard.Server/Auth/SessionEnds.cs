using System.Collections.Concurrent;
using System.Security.Claims;

namespace Dashboard.Server.Auth;

/// <summary>Sessions of this process, by the claim "sid" where the sign-in made one, else by the user.</summary>
internal sealed class SessionEnds : ISessionEnd
{
    public const string SessionClaim = "sid";

    private static readonly CancellationToken s_ended = new(canceled: true);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> sessions = new(StringComparer.Ordinal);

    public CancellationToken For(ClaimsPrincipal user) =>
        Key(user) is { } key ? sessions.GetOrAdd(key, _ => new CancellationTokenSource()).Token : s_ended;

    /// <summary>Signed out: everything that runs for this session ends.</summary>
    public async Task EndAsync(ClaimsPrincipal user)
    {
        // The source is not disposed: a token that was handed out a moment ago may still be registered on.
        if (Key(user) is { } key && sessions.TryRemove(key, out var session))
            await session.CancelAsync();
    }

    private static string? Key(ClaimsPrincipal user) =>
        user.FindFirstValue(SessionClaim) is { } session ? "session " + session
        : user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id ? "user " + id
        : null;
}
