using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Engine.Api.Hosting;

/// <summary>
/// Marks connections of a TCP listener. A page in the user's browser can send requests to a loopback port (and, by
/// rebinding a name, read the answers), so those that a browser made are refused there. No Docker client sends what is
/// looked for.
/// </summary>
internal sealed class TcpListener
{
    private static readonly TcpListener s_mark = new();

    public static Task RunAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        connection.Features.Set(s_mark);
        return next(connection);
    }

    public static bool IsFromBrowser(HttpContext http)
    {
        if (http.Features.Get<TcpListener>() is null) return false;
        var headers = http.Request.Headers;
        return headers.ContainsKey("Origin") || headers.ContainsKey("Sec-Fetch-Site") || headers.ContainsKey("Sec-Fetch-Mode");
    }
}
