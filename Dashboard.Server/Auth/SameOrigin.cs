namespace Dashboard.Server.Auth;

/// <summary>
/// Browsers send cookies with WebSocket requests of any page and apply no CORS to them, so the server has to ask where the
/// page came from. A request without an Origin is no browser's and is refused too.
/// </summary>
internal static class SameOrigin
{
    /// <summary>True when the Origin header names the host and port that the request was sent to (RFC 6454 §7, RFC 9110 §7.2).</summary>
    public static bool IsSame(HttpRequest request)
    {
        // A scheme is not compared: behind a proxy that ends TLS the page is https and this request is not.
        if (request.Headers.Origin is not [{ } origin] || !Uri.TryCreate(origin, UriKind.Absolute, out var page) || page.Scheme is not ("http" or "https"))
            return false;
        if (!request.Host.HasValue)
            return false;
        var port = request.Host.Port ?? (page.Scheme == "https" ? 443 : 80);
        return page.Port == port && string.Equals(page.Host, request.Host.Host, StringComparison.OrdinalIgnoreCase);
    }
}
