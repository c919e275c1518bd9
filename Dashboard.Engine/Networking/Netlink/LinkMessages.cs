using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Dashboard.Engine.Networking.Netlink;

/// <summary>rtnetlink(7) requests: links, addresses, routes.</summary>
internal static class LinkMessages
{
    private const ushort NewLink = 16, DelLink = 17, NewAddress = 20, NewRoute = 24, DelRoute = 25;
    private const ushort Address = 1, Name = 3, Mtu = 4, Master = 10, LinkInfo = 18, NetNsFd = 28;
    private const ushort InfoKind = 1, InfoData = 2, VethPeer = 1;
    private const uint Up = 1;
    private const byte AF_INET = 2, AF_INET6 = 10;
    // IFA_F_NODAD: nobody else is on our bridges, and an address that is tentative for a second cannot be used.
    private const byte NoDuplicateDetection = 2;
    private const ushort CreateNew = NetlinkMessage.Ack | NetlinkMessage.Create | NetlinkMessage.Exclusive;

    /// <param name="mac">Fixed: a bridge would else take the lowest of its ports, and lose its place in everybody's cache with each of them.</param>
    public static NetlinkMessage Bridge(string name, int mtu, byte[] mac)
    {
        var message = new NetlinkMessage();
        message.Begin(NewLink, CreateNew, LinkHeader(0, Up, Up));
        message.Text(Name, name);
        message.Host32(Mtu, (uint)mtu);
        message.Attribute(Address, mac);
        message.Nest(LinkInfo, () => message.Text(InfoKind, "bridge"));
        message.End();
        return message;
    }

    /// <summary>Both ends at once: the peer is born inside the other network namespace, named, with its MAC.</summary>
    public static NetlinkMessage Veth(string name, int bridge, int mtu, int netns, string peer, byte[] mac)
    {
        var message = new NetlinkMessage();
        message.Begin(NewLink, CreateNew, LinkHeader(0, Up, Up));
        message.Text(Name, name);
        message.Host32(Mtu, (uint)mtu);
        message.Host32(Master, (uint)bridge);
        message.Nest(LinkInfo, () =>
        {
            message.Text(InfoKind, "veth");
            message.Nest(InfoData, () => message.Nest(VethPeer, () =>
            {
                message.Raw(LinkHeader(0, 0, 0));
                message.Text(Name, peer);
                message.Host32(Mtu, (uint)mtu);
                message.Attribute(Address, mac);
                message.Host32(NetNsFd, (uint)netns);
            }));
        });
        message.End();
        return message;
    }

    /// <summary>Lets a bridge port send back what came from it: a container that reaches its own published port.</summary>
    /// <param name="isolated">Its frames go to no other port that is so (IFLA_BRPORT_ISOLATED, Linux 4.18).</param>
    public static NetlinkMessage BridgePort(int index, bool isolated)
    {
        const ushort setLink = 19, protocolInfo = 12, portMode = 4, portIsolated = 33;
        var header = LinkHeader(index, 0, 0);
        header[0] = 7; // AF_BRIDGE
        var message = new NetlinkMessage();
        message.Begin(setLink, NetlinkMessage.Ack, header);
        message.Nest(protocolInfo, () =>
        {
            message.Attribute(portMode, [1]);
            if (isolated)
                message.Attribute(portIsolated, [1]);
        });
        message.End();
        return message;
    }

    public static NetlinkMessage SetUp(int index)
    {
        var message = new NetlinkMessage();
        message.Begin(NewLink, NetlinkMessage.Ack, LinkHeader(index, Up, Up));
        message.End();
        return message;
    }

    public static NetlinkMessage Delete(string name)
    {
        var message = new NetlinkMessage();
        message.Begin(DelLink, NetlinkMessage.Ack, LinkHeader(0, 0, 0));
        message.Text(Name, name);
        message.End();
        return message;
    }

    public static NetlinkMessage AddAddress(int index, IPAddress address, int prefix)
    {
        // struct ifaddrmsg { u8 family, prefix, flags, scope; u32 index }
        var six = address.AddressFamily == AddressFamily.InterNetworkV6;
        Span<byte> header = [six ? AF_INET6 : AF_INET, (byte)prefix, six ? NoDuplicateDetection : (byte)0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        var message = new NetlinkMessage();
        message.Begin(NewAddress, CreateNew, header);
        message.Attribute(1, address.GetAddressBytes());
        message.Attribute(2, address.GetAddressBytes());
        message.End();
        return message;
    }

    /// <summary>Takes the place of a default route that is there.</summary>
    public static NetlinkMessage DefaultRoute(int index, IPAddress gateway)
    {
        var message = new NetlinkMessage();
        message.Begin(NewRoute, NetlinkMessage.Ack | NetlinkMessage.Create | NetlinkMessage.Replace, RouteHeader(gateway.AddressFamily));
        message.Attribute(5, gateway.GetAddressBytes());
        message.Host32(4, (uint)index);
        message.End();
        return message;
    }

    public static NetlinkMessage NoDefaultRoute(AddressFamily family)
    {
        var message = new NetlinkMessage();
        message.Begin(DelRoute, NetlinkMessage.Ack, RouteHeader(family));
        message.End();
        return message;
    }

    // struct rtmsg { u8 family, dst_len, src_len, tos, table, protocol, scope, type; u32 flags }: main table, boot, universe, unicast
    private static byte[] RouteHeader(AddressFamily family) => [family == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0];

    // struct ifinfomsg { u8 family, pad; u16 type; s32 index; u32 flags; u32 change }
    private static byte[] LinkHeader(int index, uint flags, uint change)
    {
        var header = new byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), index);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), change);
        return header;
    }
}
