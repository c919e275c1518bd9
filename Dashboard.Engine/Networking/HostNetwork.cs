using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Numerics;
using Dashboard.Linux;

namespace Dashboard.Engine.Networking;

/// <summary>What the host's network looks like: uplink, MTU, subnets that are taken.</summary>
internal static class HostNetwork
{
    /// <summary>MTU of the interface of the default route, or 1500. Source: /proc/net/route, columns Iface and Destination (hex).</summary>
    public static int UplinkMtu()
    {
        foreach (var line in File.ReadLines("/proc/net/route").Skip(1))
        {
            var columns = line.Split('\t');
            if (columns.Length > 1 && columns[1] == "00000000" && NetIf.Mtu(columns[0]) is { } mtu)
                return mtu;
        }
        return 1500;
    }

    /// <summary>0 when there is none.</summary>
    public static int IndexOf(string name) => (int)NetIf.if_nametoindex(name);

    public static bool Exists(string name) => IndexOf(name) != 0;

    /// <summary>The bridge's own address and subnet, when it is there from an earlier run.</summary>
    public static (IPAddress Address, IPNetwork Subnet)? AddressOf(string name)
    {
        foreach (var (device, address, network) in Addresses())
        {
            if (device == name)
                return (address, network);
        }
        return null;
    }

    /// <summary>IPv4 subnets that this host has a way to: those of its interfaces, and of its routes beside the default one.</summary>
    public static IEnumerable<IPNetwork> Subnets() => Addresses().Select(entry => entry.Network).Concat(Routes());

    // /proc/net/route: Iface, Destination, Gateway, Flags, RefCnt, Use, Metric, Mask; addresses as hex of the host's order.
    private static IEnumerable<IPNetwork> Routes()
    {
        foreach (var line in File.ReadLines("/proc/net/route").Skip(1))
        {
            var columns = line.Split('\t');
            if (columns.Length < 8 || !uint.TryParse(columns[1], NumberStyles.HexNumber, null, out var destination) || !uint.TryParse(columns[7], NumberStyles.HexNumber, null, out var mask) || mask == 0)
                continue;
            yield return Networking.Subnets.Containing(new IPAddress(destination), BitOperations.PopCount(mask));
        }
    }

    private static IEnumerable<(string Device, IPAddress Address, IPNetwork Network)> Addresses() =>
        from device in NetworkInterface.GetAllNetworkInterfaces()
        from unicast in device.GetIPProperties().UnicastAddresses
        where unicast.Address.AddressFamily == AddressFamily.InterNetwork
        select (device.Name, unicast.Address, Networking.Subnets.Containing(unicast.Address, unicast.PrefixLength));
}
