using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Networking;

/// <summary>Subnets as values: reading, overlapping, and choosing free ones from Docker's pools.</summary>
internal static class Subnets
{
    /// <summary>CIDR as Go reads it: bits behind the prefix are allowed and cut off (<c>10.45.0.5/24</c> is <c>10.45.0.0/24</c>).</summary>
    public static bool TryParse(string text, out IPNetwork subnet)
    {
        subnet = default;
        var slash = text.IndexOf('/');
        if (slash <= 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out var address) || (address.AddressFamily == AddressFamily.InterNetwork && text.AsSpan(0, slash).Count('.') != 3))
            return false;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        if (address.ScopeIdOrZero() != 0 || !int.TryParse(text.AsSpan(slash + 1), System.Globalization.NumberStyles.None, null, out var prefix) || prefix > bits)
            return false;
        subnet = Containing(address, prefix);
        return true;
    }

    public static IPNetwork Containing(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(prefix >= (i + 1) * 8 ? 0xff : prefix <= i * 8 ? 0 : 0xff << (8 - prefix % 8));
        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    public static bool Overlap(IPNetwork one, IPNetwork other) => one.Contains(other.BaseAddress) || other.Contains(one.BaseAddress);

    public static IPAddress FirstOf(IPNetwork subnet)
    {
        var bytes = subnet.BaseAddress.GetAddressBytes();
        bytes[^1]++;
        return new IPAddress(bytes);
    }

    /// <summary>The first of Docker's default pools that overlaps nothing of this host and nothing of <paramref name="taken"/>. 172.17 is docker0's own.</summary>
    public static IPNetwork Free(IReadOnlyList<IPNetwork> taken)
    {
        IPNetwork[] all = [.. taken, .. HostNetwork.Subnets()];
        foreach (var candidate in DefaultPools())
        {
            if (!Array.Exists(all, network => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork && Overlap(network, candidate)))
                return candidate;
        }
        throw new EngineException(ErrorKind.NotFound, "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network");
    }

    /// <summary>A /64 of a random unique local prefix (RFC 4193).</summary>
    public static IPNetwork FreeIPv6(IReadOnlyList<IPNetwork> taken)
    {
        while (true)
        {
            var bytes = new byte[16];
            RandomNumberGenerator.Fill(bytes.AsSpan(1, 7));
            bytes[0] = 0xfd;
            var candidate = new IPNetwork(new IPAddress(bytes), 64);
            if (!taken.Any(network => network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6 && Overlap(network, candidate)))
                return candidate;
        }
    }

    private static IEnumerable<IPNetwork> DefaultPools()
    {
        for (var second = 18; second < 32; second++)
            yield return new IPNetwork(new IPAddress([172, (byte)second, 0, 0]), 16);
        for (var third = 0; third < 256; third += 16)
            yield return new IPNetwork(new IPAddress([192, 168, (byte)third, 0]), 20);
    }

    private static long ScopeIdOrZero(this IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6 ? address.ScopeId : 0;
}
