using System.Net.Sockets;
using System.Security.Authentication;

namespace Dashboard.Engine.Images.Registry;

/// <summary>Failures below HTTP in the words of Go's net/http, which Docker's users know: <c>Get "https://r/v2/": dial tcp 10.0.0.1:443: connect: connection refused</c>.</summary>
internal static class RegistryFault
{
    private const string PlainAnswer = "http: server gave HTTP response to HTTPS client";

    public static RegistryException Explain(Exception error, HttpMethod method, Uri uri) => error switch
    {
        RegistryException known => known,
        HttpRequestException request => FromRequest(request, method, uri),
        _ => new RegistryException($"{Verb(method)} \"{Show(uri)}\": {Plain(error)}", RegistryFailure.Transient, error),
    };

    public static RegistryException Stalled(HttpMethod method, Uri uri, TimeSpan limit) =>
        new($"{Verb(method)} \"{Show(uri)}\": nothing was received for {limit.TotalSeconds:0.#} seconds", RegistryFailure.Transient);

    public static RegistryException NoCredentials(HttpMethod method, Uri uri) => new($"{Verb(method)} \"{Show(uri)}\": {NoBasicCredentials}") { Code = NoBasicCredentials };

    public const string NoBasicCredentials = "no basic auth credentials";

    /// <summary>Signed addresses carry their right in the query, others a password: neither is shown.</summary>
    public static string Show(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    public static string Verb(HttpMethod method) => method.Method[..1] + method.Method[1..].ToLowerInvariant();

    private static RegistryException FromRequest(HttpRequestException error, HttpMethod method, Uri uri)
    {
        var prefix = $"{Verb(method)} \"{Show(uri)}\": ";
        if (Inner<AuthenticationException>(error) is { } tls)
            return new RegistryException(prefix + (Inner<CertificateException>(error)?.Message ?? (IsPlainAnswer(tls) ? PlainAnswer : $"tls: {Plain(tls)}")), RegistryFailure.Final, error);
        if (Inner<CertificateException>(error) is { } certificate)
            return new RegistryException(prefix + certificate.Message, RegistryFailure.Final, error);
        if (error.HttpRequestError == HttpRequestError.SecureConnectionError)
            return new RegistryException(prefix + (IsPlainAnswer(error.InnerException ?? error) ? PlainAnswer : $"tls: {Plain(error.InnerException ?? error)}"), RegistryFailure.Final, error);
        if (error.HttpRequestError == HttpRequestError.NameResolutionError)
            return new RegistryException($"{prefix}dial tcp: lookup {uri.IdnHost}: no such host", RegistryFailure.Unreachable, error);
        if (error.HttpRequestError == HttpRequestError.ConnectionError && Inner<SocketException>(error) is { } socket)
            return new RegistryException($"{prefix}dial tcp {uri.IdnHost}:{uri.Port}: connect: {Reason(socket)}", RegistryFailure.Unreachable, error);
        return new RegistryException(prefix + Plain(error.InnerException ?? error), RegistryFailure.Transient, error);
    }

    private static string Reason(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.NetworkUnreachable => "network is unreachable",
        SocketError.HostUnreachable => "no route to host",
        SocketError.TimedOut => "connection timed out",
        SocketError.ConnectionReset => "connection reset by peer",
        _ => error.Message,
    };

    private static string Plain(Exception error) => Inner<SocketException>(error) is { } socket ? Reason(socket)
        : error is HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } ? "unexpected EOF"
        : error is TimeoutException or OperationCanceledException ? "i/o timeout"
        : error.Message;

    /// <summary>OpenSSL reads "HTTP/1.1 400" as a record of a wrong version; SslStream as a frame that cannot be.</summary>
    private static bool IsPlainAnswer(Exception error) =>
        error.ToString() is { } text && (text.Contains("frame", StringComparison.OrdinalIgnoreCase) || text.Contains("wrong version number", StringComparison.OrdinalIgnoreCase));

    private static T? Inner<T>(Exception? error) where T : Exception
    {
        for (; error is not null; error = error.InnerException)
        {
            if (error is T found)
                return found;
        }
        return null;
    }
}
