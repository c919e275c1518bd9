using System.Buffers.Binary;
using System.Net;
using Dashboard.Linux;
using Dashboard.Oci.Shim;

namespace Dashboard.Runtime.Shim;

/// <summary>A published host port, held by a bound (tcp: listening) socket: bind(2) says "taken", and nobody else gets it while the container runs.</summary>
internal sealed unsafe class HeldPort
{
    private HeldPort(int fd, ShimPort port) => (Fd, Port) = (fd, port);

    public int Fd { get; }

    /// <summary>With the port that was really bound.</summary>
    public ShimPort Port { get; }

    /// <returns>Null and errno when it cannot be had.</returns>
    public static HeldPort? Bind(ShimPort port, out int error)
    {
        var address = IPAddress.Parse(port.Address);
        var v6 = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6;
        var tcp = port.Protocol == "tcp";
        var fd = SocketNative.socket(v6 ? SocketNative.AF_INET6 : SocketNative.AF_INET, (tcp ? SocketNative.SOCK_STREAM : SocketNative.SOCK_DGRAM) | SocketNative.SOCK_CLOEXEC, 0);
        if (fd < 0)
        {
            error = Errno.Last;
            return null;
        }
        var one = 1;
        if (tcp)
            _ = SocketNative.setsockopt(fd, SocketNative.SOL_SOCKET, SocketNative.SO_REUSEADDR, &one, 4);
        if (v6)
            _ = SocketNative.setsockopt(fd, SocketNative.IPPROTO_IPV6, SocketNative.IPV6_V6ONLY, &one, 4);
        // sockaddr_in: u16 family, u16 port, u32 address. sockaddr_in6: u16 family, u16 port, u32 flow, 16 bytes address, u32 scope.
        var name = stackalloc byte[28];
        new Span<byte>(name, 28).Clear();
        *(ushort*)name = (ushort)(v6 ? SocketNative.AF_INET6 : SocketNative.AF_INET);
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(name + 2, 2), (ushort)port.HostPort);
        address.TryWriteBytes(new Span<byte>(name + (v6 ? 8 : 4), 16), out _);
        var length = v6 ? 28u : 16u;
        if (SocketNative.bind(fd, name, length) != 0 || tcp && SocketNative.listen(fd, 512) != 0 || SocketNative.getsockname(fd, name, &length) != 0)
        {
            error = Errno.Last;
            Unistd.close(fd);
            return null;
        }
        error = 0;
        return new(fd, port with { HostPort = BinaryPrimitives.ReadUInt16BigEndian(new Span<byte>(name + 2, 2)) });
    }
}
