using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Dashboard.Engine.Api.Hosting;

/// <summary>One value of <c>--docker-host</c> as an address to listen on.</summary>
internal sealed record DockerHost(string Text, EndPoint EndPoint)
{
    private const int LongestSocketPath = 107;

    public bool IsUnix => EndPoint is UnixDomainSocketEndPoint;

    /// <exception cref="FormatException">Names the option and the way out.</exception>
    public static DockerHost Parse(string text)
    {
        if (text.StartsWith("unix://", StringComparison.Ordinal)) return Unix(text, text["unix://".Length..]);
        if (text.StartsWith("tcp://", StringComparison.Ordinal)) return Tcp(text, text["tcp://".Length..]);
        throw Bad(text, "use unix:///absolute/path or tcp://127.0.0.1:port");
    }

    private static DockerHost Unix(string text, string path)
    {
        if (!path.StartsWith('/')) throw Bad(text, "the path must be absolute, for example unix:///run/dashboard/docker.sock");
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestSocketPath)
            throw Bad(text, $"the kernel allows {LongestSocketPath} bytes for the path of a socket, choose a shorter one");
        return new DockerHost(text, new UnixDomainSocketEndPoint(path));
    }

    private static DockerHost Tcp(string text, string address)
    {
        if (address.StartsWith("localhost:", StringComparison.Ordinal)) address = "127.0.0.1" + address["localhost".Length..];
        var colon = address.LastIndexOf(':');
        if (colon < 0 || !IPAddress.TryParse(address.AsSpan(0, colon), out var ip) || !ushort.TryParse(address.AsSpan(colon + 1), NumberStyles.None, null, out var port))
            throw Bad(text, "expected tcp://127.0.0.1:port or tcp://[::1]:port");
        if (!IPAddress.IsLoopback(ip))
            throw Bad(text, "the API without TLS gives root to whoever reaches it, so only a loopback address is accepted; use ssh -L or docker -H ssh:// for remote access");
        return new DockerHost(text, new IPEndPoint(ip, port));
    }

    private static FormatException Bad(string text, string reason) => new($"--docker-host {text}: {reason}");
}
