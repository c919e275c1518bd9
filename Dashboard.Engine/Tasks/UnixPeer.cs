using System.Net.Sockets;
using Dashboard.Linux;

namespace Dashboard.Engine.Tasks;

/// <summary>What a unix socket knows of the process at its other end.</summary>
public static class UnixPeer
{
    /// <summary>The peer has read all that was sent. True also of a socket that is closed or no unix socket: there is nothing to wait for.</summary>
    public static unsafe bool HasReadAll(Socket socket)
    {
        var unread = 0;
        var held = false;
        try
        {
            socket.SafeHandle.DangerousAddRef(ref held);
            return Ioctl.ioctl((int)socket.SafeHandle.DangerousGetHandle(), Ioctl.TIOCOUTQ, &unread) != 0 || unread == 0;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        finally
        {
            if (held) socket.SafeHandle.DangerousRelease();
        }
    }
}
