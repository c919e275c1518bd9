using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Networking;

/// <summary>What a container may ask of its place on a network, in dockerd's words.</summary>
internal static class EndpointRules
{
    /// <summary>Wrong in itself, whatever the network.</summary>
    public static void CheckForm(EndpointConfig config)
    {
        if (config.Ipam is { } ipam)
        {
            if (ipam.IPv4Address is not "" && !IsAddress(ipam.IPv4Address, AddressFamily.InterNetwork))
                throw EngineException.Invalid($"invalid IPv4 address: {ipam.IPv4Address}");
            if (ipam.IPv6Address is not "" && !IsAddress(ipam.IPv6Address, AddressFamily.InterNetworkV6))
                throw EngineException.Invalid($"invalid IPv6 address: {ipam.IPv6Address}");
            if (ipam.LinkLocalIPs is { Count: > 0 })
                throw EngineException.NotImplemented("LinkLocalIPs of an endpoint");
        }
        if (config.DriverOpts is { Count: > 0 } options)
            throw EngineException.NotImplemented($"the endpoint's driver option {options.Keys.First()}");
        if (config.MacAddress is not "" && !IsMac(config.MacAddress))
            throw EngineException.Invalid($"invalid MAC address: {config.MacAddress}");
    }

    /// <summary>What only user-defined networks give.</summary>
    public static void CheckNetwork(Network network, EndpointConfig config)
    {
        var wantsAddress = config.Ipam is { } ipam && (ipam.IPv4Address is not "" || ipam.IPv6Address is not "");
        if (network.IsPredefined && wantsAddress)
            throw EngineException.Invalid("user specified IP address is supported on user defined networks only");
        if (network.IsPredefined && config.Aliases is { Count: > 0 })
            throw EngineException.Invalid("network-scoped alias is supported only for containers in user defined networks");
    }

    public static void CheckAddresses(Network network, EndpointConfig config)
    {
        CheckForm(config);
        CheckNetwork(network, config);
        if (config.Ipam is not { } ipam)
            return;
        var four = ipam.IPv4Address is not "" && network.IPv4 is not { IsUserDefined: true };
        var six = ipam.IPv6Address is not "" && network.IPv6 is not { IsUserDefined: true };
        if (four || six)
            throw EngineException.Invalid("user specified IP address is supported only when connecting to networks with user configured subnets");
    }

    /// <summary>Six bytes in hex, not a multicast address.</summary>
    public static bool IsMac(string text) =>
        text.Split(':') is { Length: 6 } parts && Array.TrueForAll(parts, part => part.Length == 2 && part.All(char.IsAsciiHexDigit)) && (Convert.ToByte(parts[0], 16) & 1) == 0;

    private static bool IsAddress(string text, AddressFamily family) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == family && (family == AddressFamily.InterNetworkV6 || text.Count(letter => letter == '.') == 3);
}
