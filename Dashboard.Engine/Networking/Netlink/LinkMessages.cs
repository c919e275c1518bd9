using System.Buffers.Binary;
using System.Net;

namespace Dashboard.Engine.Networking.Netlink;

/// <summary>rtnetlink(7) requests: links, addresses, routes.</summary>
internal static class LinkMessages
{
    private const ushort NewLink = 16, DelLink = 17, NewAddress = 20, NewRoute = 24;
    private const ushort Address = 1, Name = 3, Mtu = 4, Master = 10, LinkInfo = 18, NetNsFd = 28;
    private const ushort InfoKind = 1, InfoData = 2, VethPeer = 1;
    private const uint Up = 1;
    private const byte AF_INET = 2;
    private const ushort CreateNew = NetlinkMessage.Ack | NetlinkMessage.Create | NetlinkMessage.Exclusive;

    public static NetlinkMessage Bridge(string name, int mtu)
    {
        var message = new NetlinkMessage();
        message.Begin(NewLink, CreateNew, LinkHeader(0, Up, Up));
        message.Text(Name, name);
        message.Host32(Mtu, (uint)mtu);
        message.Nest(LinkInfo, () => message.Text(InfoKind, "bridge"));
        message.End();
        return message;
    }

    /// <summary>Both ends at once: the peer is born inside the other network namespace, named, with its MAC.</summary>
    public static NetlinkMessage Veth(string name, int bridge, int mtu, int netns, string peer, int peerIndex, byte[] mac)
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
                message.Raw(LinkHeader(peerIndex, 0, 0));
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
    public static NetlinkMessage Hairpin(int index)
    {
        const ushort setLink = 19, protocolInfo = 12, portMode = 4;
        var header = LinkHeader(index, 0, 0);
        header[0] = 7; // AF_BRIDGE
        var message = new NetlinkMessage();
        message.Begin(setLink, NetlinkMessage.Ack, header);
        message.Nest(protocolInfo, () => message.Attribute(portMode, [1]));
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
        Span<byte> header = [AF_INET, (byte)prefix, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], index);
        var message = new NetlinkMessage();
        message.Begin(NewAddress, CreateNew, header);
        message.Attribute(1, address.GetAddressBytes());
        message.Attribute(2, address.GetAddressBytes());
        message.End();
        return message;
    }

    public static NetlinkMessage DefaultRoute(int index, IPAddress gateway)
    {
        // struct rtmsg { u8 family, dst_len, src_len, tos, table, protocol, scope, type; u32 flags }: main table, boot, universe, unicast
        var message = new NetlinkMessage();
        message.Begin(NewRoute, CreateNew, [AF_INET, 0, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0]);
        message.Attribute(5, gateway.GetAddressBytes());
        message.Host32(4, (uint)index);
        message.End();
        return message;
    }

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
