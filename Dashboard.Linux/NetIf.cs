using System.Runtime.InteropServices;

namespace Dashboard.Linux;

/// <summary>&lt;net/if.h&gt; and netdevice(7): interfaces of the calling thread's network namespace. /sys shows those of whoever mounted it.</summary>
public static unsafe partial class NetIf
{
    private const nuint SIOCGIFMTU = 0x8921;

    /// <summary>0 when there is none.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial uint if_nametoindex(string name);

    /// <summary>Bytes, or null when there is no such interface. struct ifreq { char name[16]; int mtu; ... }, 40 bytes.</summary>
    public static int? Mtu(string name)
    {
        var request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        System.Text.Encoding.ASCII.GetBytes(name, new Span<byte>(request, 15));
        var socket = SocketNative.socket(SocketNative.AF_INET, SocketNative.SOCK_DGRAM | SocketNative.SOCK_CLOEXEC, 0);
        if (socket < 0)
            return null;
        var result = Ioctl.ioctl(socket, SIOCGIFMTU, request);
        Unistd.close(socket);
        return result == 0 ? *(int*)(request + 16) : null;
    }
}
