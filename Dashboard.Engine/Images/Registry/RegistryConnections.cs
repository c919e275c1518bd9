using System.Collections.Concurrent;

namespace Dashboard.Engine.Images.Registry;

/// <summary>
/// Connections to registries, kept for a while: one pool per host and state of its certificates. Redirects are not followed here and
/// cookies not kept.
/// </summary>
internal sealed class RegistryConnections(RegistryOptions options) : IDisposable
{
    private readonly ConcurrentDictionary<(string Authority, bool TrustsAnyone, string Certificates), Lazy<HttpMessageInvoker>> pools = new();

    /// <exception cref="RegistryException">The host's certificates cannot be read.</exception>
    public HttpMessageInvoker For(RegistryHost host)
    {
        var folder = new CertificateFolder(Path.Combine(options.CertificatesDirectory, host.Domain), host.TrustsAnyone);
        var key = (host.Url.GetLeftPart(UriPartial.Authority), host.TrustsAnyone, folder.Stamp());
        try
        {
            return pools.GetOrAdd(key, _ => new Lazy<HttpMessageInvoker>(() => Create(folder))).Value;
        }
        catch (RegistryException)
        {
            pools.TryRemove(key, out _);
            throw;
        }
    }

    private HttpMessageInvoker Create(CertificateFolder folder) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = options.StallTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
        SslOptions = folder.Read(),
    });

    public void Dispose()
    {
        foreach (var pool in pools.Values.Where(pool => pool.IsValueCreated))
            pool.Value.Dispose();
    }
}
