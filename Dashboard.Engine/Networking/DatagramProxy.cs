using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Networking;

/// <summary>
/// Serves what reaches a held udp socket itself: IPv6, for which there is no NAT. Each client has a flow: a socket of its own
/// towards the container, whose answers go back to it, until neither has said anything for a while.
/// </summary>
internal sealed partial class DatagramProxy : IAsyncDisposable
{
    private const int MostFlows = 1024, LongestDatagram = 65535, MostFailures = 64;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<IPEndPoint, Flow> flows = new();
    private readonly Socket listener;
    private readonly int port;
    private volatile IPAddress? target;
    private readonly ILogger logger;
    private readonly Task loop;

    private sealed record Flow(Socket Socket)
    {
        public Task Answers { get; set; } = Task.CompletedTask;
    }

    public DatagramProxy(Socket listener, IPAddress? target, int port, ILogger logger)
    {
        (this.listener, this.target, this.port, this.logger) = (listener, target, port, logger);
        loop = ReceiveAsync();
    }

    /// <summary>What the next datagram of each client goes to.</summary>
    public void Lead(IPAddress? address)
    {
        target = address;
        foreach (var flow in flows.Values)
            flow.Socket.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[LongestDatagram];
        for (var failures = 0; failures < MostFailures;)
        {
            try
            {
                var received = await listener.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.IPv6Any, 0), stop.Token);
                failures = 0;
                if (FlowOf((IPEndPoint)received.RemoteEndPoint) is { } flow)
                    await flow.Socket.SendAsync(buffer.AsMemory(0, received.ReceivedBytes), stop.Token);
            }
            catch (ObjectDisposedException) when (!stop.IsCancellationRequested && !listener.SafeHandle.IsClosed)
            {
                // The flow was led elsewhere at this moment; its datagram is lost, as datagrams may be.
            }
            catch (SocketException error)
            {
                failures++;
                LogBroken(logger, port, error.Message);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                if (stop.IsCancellationRequested)
                    return;
            }
        }
    }

    private Flow? FlowOf(IPEndPoint client)
    {
        if (flows.TryGetValue(client, out var known))
            return known;
        if (flows.Count >= MostFlows || target is not { } address)
            return null;
        var flow = flows[client] = new Flow(new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        flow.Socket.Connect(address, port);
        flow.Answers = AnswerAsync(client, flow);
        return flow;
    }

    private async Task AnswerAsync(IPEndPoint client, Flow flow)
    {
        try
        {
            var buffer = new byte[LongestDatagram];
            while (true)
            {
                using var idle = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                idle.CancelAfter(Idle);
                var count = await flow.Socket.ReceiveAsync(buffer, idle.Token);
                await listener.SendToAsync(buffer.AsMemory(0, count), client, stop.Token);
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            LogBroken(logger, port, error.Message);
        }
        finally
        {
            flows.TryRemove(client, out _);
            flow.Socket.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await loop;
        await Task.WhenAll(flows.Values.Select(flow => flow.Answers));
        stop.Dispose();
    }

    [LoggerMessage(LogLevel.Debug, "proxied datagrams to port {Port} ended: {Reason}")]
    private static partial void LogBroken(ILogger logger, int port, string reason);
}
