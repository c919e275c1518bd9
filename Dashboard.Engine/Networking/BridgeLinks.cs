using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Networking.Netlink;
using Dashboard.Linux;

namespace Dashboard.Engine.Networking;

/// <summary>The bridge interfaces of networks on this host.</summary>
internal static class BridgeLinks
{
    private const int NoSuchDevice = 19;

    /// <summary>Makes what is missing of the bridge: the link, its addresses, its sysctls. What is there stays.</summary>
    public static void Ensure(Network network)
    {
        using var socket = new NetlinkSocket(NetlinkSocket.Route);
        var known = HostNetwork.IndexOf(network.Bridge) != 0;
        if (!known)
            socket.Exchange(LinkMessages.Bridge(network.Bridge, network.Mtu, Mac(network.Id)), $"bridge {network.Bridge}");
        try
        {
            var index = HostNetwork.IndexOf(network.Bridge);
            if (network.IPv6 is not null)
                AllowIPv6(network.Bridge);
            foreach (var range in Used(network))
            {
                var error = socket.TryExchange(LinkMessages.AddAddress(index, range.Gateway, range.Subnet.PrefixLength));
                if (error is not (0 or Errno.EEXIST))
                    throw new EngineException(ErrorKind.System, $"address {range.Gateway} of {network.Bridge}: {Errno.Text(error)}");
            }
            socket.Exchange(LinkMessages.SetUp(index), $"{network.Bridge} up");
            File.WriteAllText($"/proc/sys/net/ipv4/conf/{network.Bridge}/route_localnet", "1");
        }
        catch when (!known)
        {
            socket.TryExchange(LinkMessages.Delete(network.Bridge));
            throw;
        }
    }

    /// <summary>Idempotent.</summary>
    public static void Remove(Network network)
    {
        using var socket = new NetlinkSocket(NetlinkSocket.Route);
        var error = socket.TryExchange(LinkMessages.Delete(network.Bridge));
        if (error is not (0 or NoSuchDevice or Errno.ENOENT))
            throw new EngineException(ErrorKind.System, $"removal of the bridge {network.Bridge}: {Errno.Text(error)}");
    }

    private static void AllowIPv6(string bridge)
    {
        if (!File.Exists($"/proc/sys/net/ipv6/conf/{bridge}/disable_ipv6"))
            throw new EngineException(ErrorKind.System, $"network with IPv6 on {bridge}: the host's kernel has no IPv6");
        File.WriteAllText($"/proc/sys/net/ipv6/conf/{bridge}/disable_ipv6", "0");
        // Nobody on a bridge of ours may tell the host where its routes go.
        File.WriteAllText($"/proc/sys/net/ipv6/conf/{bridge}/accept_ra", "0");
        if (File.ReadAllText(Forwarding).Trim() is "0")
            ForwardIPv6();
    }

    private const string Forwarding = "/proc/sys/net/ipv6/conf/all/forwarding";

    // A host that forwards takes no router's advertisements any more, unless it is told to (accept_ra=2, ip-sysctl.rst).
    private static void ForwardIPv6()
    {
        foreach (var device in Directory.EnumerateDirectories("/proc/sys/net/ipv6/conf"))
        {
            var control = Path.Combine(device, "accept_ra");
            if (File.Exists(control) && File.ReadAllText(control).Trim() is "1")
                File.WriteAllText(control, "2");
        }
        File.WriteAllText(Forwarding, "1");
    }

    private static IEnumerable<AddressRange> Used(Network network)
    {
        yield return network.IPv4!;
        if (network.IPv6 is { } six)
            yield return six;
    }

    // Locally administered, the same after each start.
    private static byte[] Mac(string id) => [0x02, 0x42, .. SHA256.HashData(Encoding.UTF8.GetBytes("bridge " + id)).AsSpan(0, 4)];
}
