using System.Net;
using System.Net.Sockets;
using Dashboard.Oci;

namespace Dashboard.Engine.Images.Registry;

/// <summary>Where to look for a domain's images, in order (moby, registry/service_v2.go): mirrors, HTTPS, and plain HTTP where that is allowed.</summary>
internal sealed class RegistryHosts(RegistryOptions options)
{
    private const string HubUrl = "https://registry-1.docker.io/";

    public async Task<IReadOnlyList<RegistryHost>> OfAsync(string domain, CancellationToken cancellationToken)
    {
        var hosts = new List<RegistryHost>();
        if (domain == Reference.DefaultDomain)
        {
            foreach (var mirror in options.Mirrors)
                hosts.Add(new RegistryHost(WithSlash(mirror), mirror.Authority, await IsInsecureAsync(mirror.Authority, cancellationToken)) { IsMirror = true });
            hosts.Add(new RegistryHost(new Uri(HubUrl), domain, TrustsAnyone: false));
            return hosts;
        }
        var insecure = await IsInsecureAsync(domain, cancellationToken);
        hosts.Add(new RegistryHost(new Uri($"https://{domain}/"), domain, insecure));
        if (insecure)
            hosts.Add(new RegistryHost(new Uri($"http://{domain}/"), domain, TrustsAnyone: true));
        return hosts;
    }

    private async Task<bool> IsInsecureAsync(string domain, CancellationToken cancellationToken)
    {
        if (options.InsecureRegistries.Contains(domain, StringComparer.OrdinalIgnoreCase))
            return true;
        var host = new Uri($"https://{domain}/").IdnHost;
        var ranges = options.InsecureRegistries.Where(entry => entry.Contains('/')).Select(IPNetwork.Parse).ToList();
        foreach (var address in await AddressesAsync(host, cancellationToken))
        {
            if (IPAddress.IsLoopback(address) || ranges.Exists(range => range.Contains(address)))
                return true;
        }
        return false;
    }

    private static async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return [address];
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancellationToken);
        }
        catch (SocketException)
        {
            // Whoever connects will say that there is no such host.
            return [];
        }
    }

    private static Uri WithSlash(Uri uri) => uri.AbsolutePath.EndsWith('/') ? uri : new Uri(uri.AbsoluteUri + "/");
}
