using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Tasks;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Networking;

/// <summary>
/// Serves what reaches a held socket itself: IPv6 (there is no NAT for it), and the odd IPv4 connection that no rule
/// took. One accept loop per socket, two copies per connection with half-close.
/// </summary>
internal sealed partial class PortProxy : IPortProxy
{
    private readonly CancellationTokenSource stop = new();
    private readonly IReadOnlyList<(PortRequest Port, Socket Listener)> sockets;
    private readonly List<Task> loops = [];
    private readonly List<DatagramProxy> datagrams = [];
    private volatile IPAddress? target;
    private readonly ILogger logger;

    public PortProxy(IPAddress target, IReadOnlyList<(PortRequest Port, Socket Listener)> sockets, ILogger logger)
    {
        (this.target, this.sockets, this.logger) = (target, sockets, logger);
        foreach (var (port, listener) in sockets)
        {
            if (port.Protocol == "tcp")
                loops.Add(AcceptAsync(listener, port.ContainerPort));
            else
                datagrams.Add(new DatagramProxy(listener, target, port.ContainerPort, logger));
        }
    }

    public void Lead(IPAddress? address)
    {
        target = address;
        foreach (var proxy in datagrams)
            proxy.Lead(address);
    }

    private async Task AcceptAsync(Socket listener, int port)
    {
        var running = new HashSet<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync(stop.Token);
                running.RemoveWhere(task => task.IsCompleted);
                running.Add(ServeAsync(client, port));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(running);
        }
    }

    private async Task ServeAsync(Socket client, int port)
    {
        using var accepted = client;
        if (target is not { } address)
            return;
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(address, port, stop.Token);
            await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            LogBroken(logger, port, error.Message);
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 << 10];
        int count;
        while ((count = await from.ReceiveAsync(buffer, stop.Token)) > 0)
        {
            for (var sent = 0; sent < count;)
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop.Token);
        }
        to.Shutdown(SocketShutdown.Send);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (var (_, listener) in sockets)
            listener.Dispose();
        await Task.WhenAll(loops);
        foreach (var proxy in datagrams)
            await proxy.DisposeAsync();
        stop.Dispose();
    }

    [LoggerMessage(LogLevel.Debug, "proxied connection to port {Port} ended: {Reason}")]
    private static partial void LogBroken(ILogger logger, int port, string reason);
}
