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
    public static IReadOnlyList<PortRequest> Requests(ContainerConfig config, HostConfig host)
    {
        var requests = new List<PortRequest>();
        foreach (var (key, bindings) in host.PortBindings ?? new Dictionary<string, IReadOnlyList<PortBinding>?>())
        {
            var (port, protocol) = ParseContainerPort(key);
            foreach (var binding in bindings is null or { Count: 0 } ? [new PortBinding()] : bindings)
                requests.AddRange(Expand(port, protocol, binding));
        }
        if (host.PublishAllPorts)
        {
            foreach (var key in config.ExposedPorts?.Keys ?? [])
            {
                var (port, protocol) = ParseContainerPort(key);
                if (!requests.Exists(request => request.ContainerPort == port && request.Protocol == protocol))
                    requests.AddRange(Expand(port, protocol, new PortBinding()));
            }
        }
        return requests;
    }

    /// <summary><c>80/tcp</c>, or <c>80</c> for tcp.</summary>
    public static (int Port, string Protocol) ParseContainerPort(string text)
    {
        var parts = text.Split('/', 2);
        var protocol = parts.Length == 1 || parts[1] is "" ? "tcp" : parts[1].ToLowerInvariant();
        if (protocol is "sctp")
            throw EngineException.NotImplemented("the sctp protocol of a published port");
        if (protocol is not ("tcp" or "udp"))
            throw EngineException.Invalid($"invalid proto: {protocol}");
        return (ParseNumber(parts[0]) is int port and > 0 ? port : throw Bad(parts[0]), protocol);
    }

    private static IEnumerable<PortRequest> Expand(int containerPort, string protocol, PortBinding binding)
    {
        var hostPort = binding.HostPort is "" ? 0 : ParseHostPort(binding.HostPort);
        foreach (var address in Addresses(binding.HostIp))
            yield return new PortRequest { Protocol = protocol, HostAddress = address, HostPort = hostPort, ContainerPort = containerPort };
    }

    private static IPAddress[] Addresses(string hostIp)
    {
        if (hostIp is "")
            return HostHasIPv6 ? [IPAddress.Any, IPAddress.IPv6Any] : [IPAddress.Any];
        return IPAddress.TryParse(hostIp, out var address) ? [address] : throw EngineException.Invalid($"invalid IP address: {hostIp}");
    }

    private static int ParseHostPort(string text)
    {
        if (text.Contains('-') && text.Split('-') is [var first, var last] && ParseNumber(first) is { } from && ParseNumber(last) is { } to && from <= to)
            return from == to ? from : throw EngineException.NotImplemented($"HostPort {text} (a range to choose from)");
        return ParseNumber(text) ?? throw Bad(text);
    }

    private static int? ParseNumber(string text) => ushort.TryParse(text, System.Globalization.NumberStyles.None, null, out var port) ? port : null;

    private static EngineException Bad(string text) => EngineException.Invalid($"invalid port specification: \"{text}\"");
}
