using System.Security.Claims;

namespace Dashboard.Server.Auth;

/// <summary>Tells what outlives a request (a terminal, a stream) that its user has signed out.</summary>
internal interface ISessionEnd
{
    /// <summary>Cancelled when the session of this user ends; cancelled already when it names no session.</summary>
    CancellationToken For(ClaimsPrincipal user);
}
