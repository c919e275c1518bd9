using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Lifecycle;

/// <summary>
/// Chooses numbers for host ports that were left open or may come from a range, the same on IPv4 and IPv6. The shim binds them
/// a moment later, and somebody may have been faster: the start then tries again.
/// </summary>
internal static class HostPortPicker
{
    private const int Attempts = 16;

    /// <exception cref="EngineException">No port of a range is free, in dockerd's words.</exception>
    public static IReadOnlyList<PortRequest> Fix(IReadOnlyList<PortRequest> requests)
    {
        if (!requests.Any(request => request.IsOpen))
            return requests;
        // Held until all are chosen, so that no number is chosen twice.
        var held = new List<Socket>();
        try
        {
            var chosen = requests.Where(request => request.IsOpen).Distinct()
                .GroupBy(request => (request.Protocol, request.ContainerPort, request.HostPort, request.HostPortTo))
                .ToDictionary(group => group.Key, group => Pick(group.Key.Protocol, group.Key.HostPort, group.Key.HostPortTo, [.. group.Select(request => request.HostAddress)], held));
            return [.. requests.Select(request => request.IsOpen ? request with { HostPort = chosen[(request.Protocol, request.ContainerPort, request.HostPort, request.HostPortTo)], HostPortTo = 0 } : request)];
        }
        finally
        {
            held.ForEach(socket => socket.Dispose());
        }
    }

    private static int Pick(string protocol, int from, int to, IPAddress[] addresses, List<Socket> held)
    {
        var candidates = from == 0 ? Enumerable.Repeat(0, Attempts) : Enumerable.Range(from, to - from + 1);
        foreach (var candidate in candidates)
        {
            if (TryBind(protocol, candidate, addresses) is not { } sockets)
                continue;
            held.AddRange(sockets);
            return ((IPEndPoint)sockets[0].LocalEndPoint!).Port;
        }
        throw new EngineException(ErrorKind.System, from == 0
            ? $"driver failed programming external connectivity: no host port is free on {string.Join(" and ", (object[])addresses)} at once"
            : $"driver failed programming external connectivity: all ports are allocated ({from}-{to}/{protocol})");
    }

    /// <summary>Null when one of the addresses does not have it.</summary>
    private static List<Socket>? TryBind(string protocol, int port, IPAddress[] addresses)
    {
        var sockets = new List<Socket>();
        try
        {
            foreach (var address in addresses)
                sockets.Add(Bind(protocol, address, sockets.Count == 0 ? port : ((IPEndPoint)sockets[0].LocalEndPoint!).Port));
            return sockets;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            sockets.ForEach(socket => socket.Dispose());
            return null;
        }
        catch (SocketException error)
        {
            sockets.ForEach(socket => socket.Dispose());
            throw new EngineException(ErrorKind.System, $"driver failed programming external connectivity: failed to bind host port for {string.Join(", ", (object[])addresses)}/{protocol}: {error.Message}", error);
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
