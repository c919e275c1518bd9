using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
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

    /// <summary>The first of Docker's default pools that no interface of this host overlaps.</summary>
    public static IPNetwork FreeSubnet()
    {
        var taken = Addresses().Select(entry => entry.Network).ToList();
        for (var second = 18; second < 32; second++)
        {
            var candidate = new IPNetwork(new IPAddress([172, (byte)second, 0, 0]), 16);
            if (!taken.Exists(network => network.Contains(candidate.BaseAddress) || candidate.Contains(network.BaseAddress)))
                return candidate;
        }
        for (var third = 0; third < 256; third += 16)
        {
            var candidate = new IPNetwork(new IPAddress([192, 168, (byte)third, 0]), 20);
            if (!taken.Exists(network => network.Contains(candidate.BaseAddress) || candidate.Contains(network.BaseAddress)))
                return candidate;
        }
        throw new Errors.EngineException(Errors.ErrorKind.Unavailable, "all predefined address pools have been fully subnetted; configure a bridge subnet for this instance");
    }

    private static IEnumerable<(string Device, IPAddress Address, IPNetwork Network)> Addresses() =>
        from device in NetworkInterface.GetAllNetworkInterfaces()
        from unicast in device.GetIPProperties().UnicastAddresses
        where unicast.Address.AddressFamily == AddressFamily.InterNetwork
        select (device.Name, unicast.Address, Containing(unicast.Address, unicast.PrefixLength));

    private static IPNetwork Containing(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < 4; i++)
            bytes[i] &= (byte)(prefix >= (i + 1) * 8 ? 0xff : prefix <= i * 8 ? 0 : 0xff << (8 - prefix % 8));
        return new IPNetwork(new IPAddress(bytes), prefix);
    }
}
