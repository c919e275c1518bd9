using System.Net;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Create;

/// <summary><c>PortBindings</c> and <c>PublishAllPorts</c> as requests for host ports.</summary>
internal static class PublishedPorts
{
    /// <summary>Docker publishes on both families where no address is given.</summary>
    private static readonly bool HostHasIPv6 = File.Exists("/proc/net/if_inet6");

    /// <summary>All host ports of a container; port 0 takes a free one.</summary>
    /// <param name="everywhere">The address for ports that name none; null is all of them.</param>
    public static IReadOnlyList<PortRequest> Requests(ContainerConfig config, HostConfig host, IPAddress? everywhere = null)
    {
        var requests = new List<PortRequest>();
        foreach (var (key, bindings) in host.PortBindings ?? new Dictionary<string, IReadOnlyList<PortBinding>?>())
        {
            var (port, protocol) = ParseContainerPort(key);
            foreach (var binding in bindings is null or { Count: 0 } ? [new PortBinding()] : bindings)
                requests.AddRange(Expand(port, protocol, binding, everywhere));
        }
        if (host.PublishAllPorts)
        {
            foreach (var key in config.ExposedPorts?.Keys ?? [])
            {
                var (port, protocol) = ParseContainerPort(key, exposedOnly: true);
                if (protocol is not "sctp" && !requests.Exists(request => request.ContainerPort == port && request.Protocol == protocol))
                    requests.AddRange(Expand(port, protocol, new PortBinding(), everywhere));
            }
        }
        return requests;
    }

    /// <summary><c>80/tcp</c>, or <c>80</c> for tcp.</summary>
    /// <param name="exposedOnly">Exposing is a word, and any protocol may be named; to publish sctp is refused.</param>
    public static (int Port, string Protocol) ParseContainerPort(string text, bool exposedOnly = false)
    {
        var parts = text.Split('/', 2);
        var protocol = parts.Length == 1 || parts[1] is "" ? "tcp" : parts[1].ToLowerInvariant();
        if (protocol is "sctp" && !exposedOnly)
            throw EngineException.NotImplemented("the sctp protocol of a published port");
        if (protocol is not ("tcp" or "udp" or "sctp"))
            throw EngineException.Invalid($"invalid proto: {protocol}");
        return (ParseNumber(parts[0]) is int port and > 0 ? port : throw Bad(parts[0]), protocol);
    }

    private static IEnumerable<PortRequest> Expand(int containerPort, string protocol, PortBinding binding, IPAddress? everywhere)
    {
        var (from, to) = binding.HostPort is "" ? (0, 0) : ParseHostPort(binding.HostPort);
        foreach (var address in Addresses(binding.HostIp, everywhere))
            yield return new PortRequest { Protocol = protocol, HostAddress = address, HostPort = from, HostPortTo = to, ContainerPort = containerPort };
    }

    private static IPAddress[] Addresses(string hostIp, IPAddress? everywhere)
    {
        if (hostIp is "" && everywhere is not null)
            return [everywhere];
        if (hostIp is "")
            return HostHasIPv6 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any];
        return IPAddress.TryParse(hostIp, out var address) ? [address] : throw EngineException.Invalid($"invalid IP address: {hostIp}");
    }

    /// <summary>A number, or the first and last of a range to choose from.</summary>
    private static (int From, int To) ParseHostPort(string text)
    {
        if (text.Split('-') is [var first, var last])
            return ParseNumber(first) is { } from && ParseNumber(last) is { } to && from > 0 && from <= to ? (from, from == to ? 0 : to) : throw Bad(text);
        return (ParseNumber(text) ?? throw Bad(text), 0);
    }

    private static int? ParseNumber(string text) => ushort.TryParse(text, System.Globalization.NumberStyles.None, null, out var port) ? port : null;

    private static EngineException Bad(string text) => EngineException.Invalid($"invalid port specification: \"{text}\"");
}
