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

    private static IEnumerable<AddressRange> Used(Network network)
    {
        yield return network.IPv4!;
        if (network.IPv6 is { } six)
            yield return six;
    }

    // Locally administered, the same after each start.
    private static byte[] Mac(string id) => [0x02, 0x42, .. SHA256.HashData(Encoding.UTF8.GetBytes("bridge " + id)).AsSpan(0, 4)];
}
