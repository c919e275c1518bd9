using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>
/// Chooses numbers for host ports that were left open, the same on IPv4 and IPv6. The shim binds them a moment later, and
/// somebody may have been faster: the start then tries again.
/// </summary>
internal static class HostPortPicker
{
    private const int Attempts = 16;

    public static IReadOnlyList<PortRequest> Fix(IReadOnlyList<PortRequest> requests)
    {
        if (requests.All(request => request.HostPort != 0))
            return requests;
        var open = requests.Where(request => request.HostPort == 0)
            .GroupBy(request => (request.Protocol, request.ContainerPort))
            .ToDictionary(group => group.Key, group => Pick(group.Key.Protocol, [.. group.Select(request => request.HostAddress)]));
        return [.. requests.Select(request => request.HostPort != 0 ? request : request with { HostPort = open[(request.Protocol, request.ContainerPort)] })];
    }

    private static int Pick(string protocol, IPAddress[] addresses)
    {
        for (var attempt = 1; ; attempt++)
        {
            var held = new List<Socket>();
            try
            {
                foreach (var address in addresses)
                    held.Add(Bind(protocol, address, held.Count == 0 ? 0 : ((IPEndPoint)held[0].LocalEndPoint!).Port));
                return ((IPEndPoint)held[0].LocalEndPoint!).Port;
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse && attempt < Attempts)
            {
                // Free on the first address and taken on another: the next number.
            }
            finally
            {
                held.ForEach(socket => socket.Dispose());
            }
        }
    }

    private static Socket Bind(string protocol, IPAddress address, int port)
    {
        var socket = protocol == "udp"
            ? new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
            : new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false;
            socket.Bind(new IPEndPoint(address, port));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
