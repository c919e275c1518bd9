using System.Net.Sockets;

namespace Dashboard.Client.Connections;

/// <summary>Plain HTTP to an endpoint, for what Docker's client library does not type: our extension and documents as the engine wrote them.</summary>
internal static class DockerHttp
{
    /// <summary>The base address is the endpoint's root, without a version: the engine answers with its newest. There is no time limit; callers cancel.</summary>
    public static HttpClient Create(Uri address)
    {
        var handler = new SocketsHttpHandler();
        if (address.Scheme == "unix")
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(address.AbsolutePath), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        var root = address.Scheme == "unix" ? new Uri("http://docker/") : new UriBuilder(address) { Scheme = "http" }.Uri;
        return new HttpClient(handler) { BaseAddress = root, Timeout = Timeout.InfiniteTimeSpan };
    }
}
