using System.Net;

namespace Dashboard.Engine.Networking;

/// <summary>
/// Serves held sockets in this process until it is disposed. It is led elsewhere rather than made anew: the shim keeps the
/// sockets open, so epoll keeps them registered after we close ours, and the same descriptor cannot be registered again.
/// </summary>
public interface IPortProxy : IAsyncDisposable
{
    /// <param name="target">The container's address from now on; null when it is on no network that serves ports.</param>
    void Lead(IPAddress? target);
}
