using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Dashboard.Engine.Networking;

/// <summary>
/// The free and taken addresses of one subnet, IPv4 or IPv6. The next one is the one after the last: an address that was given
/// back is the last to be given again, so that nobody's cache finds a stranger. Not safe for threads; its owner locks.
/// </summary>
internal sealed class AddressPool
{
    private readonly IPNetwork subnet;
    private readonly HashSet<UInt128> used = [];
    private readonly UInt128 first;
    private readonly UInt128 lastPossible;
    private UInt128 last;

    /// <param name="range">Where <see cref="Next"/> looks; <see cref="TryTake"/> takes any of the subnet.</param>
    public AddressPool(IPNetwork subnet, IPNetwork? range = null)
    {
        this.subnet = subnet;
        var bits = Bits(subnet.BaseAddress);
        var (from, prefix) = range is { } part && subnet.Contains(part.BaseAddress) && part.PrefixLength >= subnet.PrefixLength
            ? (Number(part.BaseAddress), part.PrefixLength)
            : (Number(subnet.BaseAddress), subnet.PrefixLength);
        first = from;
        lastPossible = from + (prefix == 0 ? UInt128.MaxValue : (UInt128.One << (bits - prefix)) - 1);
        // Of IPv4 the network's and the broadcast address; of IPv6 the subnet-router anycast address (RFC 4291, 2.6.1).
        used.Add(Number(subnet.BaseAddress));
        if (bits == 32)
            used.Add(Number(subnet.BaseAddress) + (UInt128.One << (32 - subnet.PrefixLength)) - 1);
    }

    public bool Contains(IPAddress address) => subnet.Contains(address);

    /// <summary>Takes a free address; null when there is none.</summary>
    public IPAddress? Next()
    {
        var from = last < first || last >= lastPossible ? first : last + 1;
        if ((Search(from, lastPossible) ?? Search(first, from)) is not { } found)
            return null;
        used.Add(found);
        last = found;
        return Address(found);
    }

    /// <summary>False when somebody has it.</summary>
    public bool TryTake(IPAddress address)
    {
        var value = Number(address);
        if (!used.Add(value))
            return false;
        if (value >= first && value <= lastPossible && value > last)
            last = value;
        return true;
    }

    public void Give(IPAddress address) => used.Remove(Number(address));

    private UInt128? Search(UInt128 from, UInt128 to)
    {
        for (var value = from; value <= to; value++)
        {
            if (!used.Contains(value))
                return value;
            if (value == UInt128.MaxValue)
                break;
        }
        return null;
    }

    private IPAddress Address(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return new IPAddress(Bits(subnet.BaseAddress) == 32 ? bytes[12..] : bytes);
    }

    private static int Bits(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    internal static UInt128 Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        address.TryWriteBytes(Bits(address) == 32 ? bytes[12..] : bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
