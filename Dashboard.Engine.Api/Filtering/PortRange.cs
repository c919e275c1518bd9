using System.Globalization;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Api.Filtering;

/// <summary>A value of the publish and expose filters: <c>80</c>, <c>80/udp</c>, <c>8000-8080/tcp</c>.</summary>
internal sealed record PortRange(int First, int Last, string Protocol)
{
    public static PortRange Parse(string key, string value)
    {
        var slash = value.IndexOf('/');
        var ports = (slash < 0 ? value : value[..slash]).Split('-');
        var protocol = slash < 0 ? "tcp" : value[(slash + 1)..].ToLowerInvariant();
        if (ports.Length > 2 || protocol is not ("tcp" or "udp" or "sctp")) throw Filters.Invalid(key, value);
        var first = ParsePort(key, value, ports[0]);
        return new PortRange(first, ports.Length == 2 ? ParsePort(key, value, ports[1]) : first, protocol);
    }

    public bool Contains(int port, string protocol) => port >= First && port <= Last && protocol == Protocol;

    private static int ParsePort(string key, string value, string port) =>
        ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Filters.Invalid(key, value);
}
