using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Info;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Dashboard.Engine.Api.Hosting;

/// <summary>
/// Makes the bound sockets for Kestrel. Between bind and listen a unix socket refuses everyone, so its mode and group are
/// set there and no moment exists in which a stranger could connect.
/// </summary>
internal static class ListenSockets
{
    public static Socket Bind(EndPoint endPoint, string group)
    {
        if (endPoint is not UnixDomainSocketEndPoint unix) return SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        var path = unix.ToString();
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        RemoveStale(path, unix);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(unix);
            SocketAccess.Restrict(path, group);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A server that was killed leaves its socket file behind, and bind refuses an existing path.</summary>
    private static void RemoveStale(string path, UnixDomainSocketEndPoint endPoint)
    {
        if (!Path.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused && SocketAccess.IsSocket(path))
        {
            File.Delete(path);
            return;
        }
        catch (SocketException e)
        {
            throw new IOException($"--docker-host unix://{path}: the path is taken and no socket of ours ({e.Message}); remove it or choose another path", e);
        }

        throw new IOException($"--docker-host unix://{path}: another process is listening there; stop it or choose another path");
    }
}
