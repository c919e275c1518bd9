using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Networking.Netlink;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Networking.Dns;

/// <summary>
/// The resolver of one network namespace:
/// <code>
///  program ── 127.0.0.11:53 ──► nat rule of the namespace ──► 127.0.0.11:ephemeral ── these sockets, this process
/// </code>
/// Port 53 itself stays free for a server of the container's own on 0.0.0.0:53. Without this process the rule leads to a closed
/// port: a question fails at once instead of waiting. The sockets keep the namespace alive, so they are closed with the container.
/// </summary>
internal sealed partial class EmbeddedResolver : IAsyncDisposable
{
    private const string Table = "dashboard_dns";
    private const int MostForwards = 512, MostStreams = 64, LongestDatagram = 4096, MostFailures = 64;
    private static readonly IPAddress Address = IPAddress.Parse("127.0.0.11");
    private static readonly TimeSpan StreamIdle = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stop = new();
    private readonly Socket udp;
    private readonly Socket tcp;
    private readonly NameServer names;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly HashSet<Task> work = [];
    private int streams;

    private EmbeddedResolver(Socket udp, Socket tcp, NameServer names, ILogger logger)
    {
        (this.udp, this.tcp, this.names, this.logger) = (udp, tcp, names, logger);
        Own(ServeDatagramsAsync());
        Own(AcceptAsync());
    }

    /// <summary>Opens the sockets in the namespace and leads port 53 to them. <c>lo</c> is up.</summary>
    public static async Task<EmbeddedResolver> OpenAsync(int netns, NameServer names, ILogger logger)
    {
        Socket? udp = null, tcp = null;
        try
        {
            await NamespaceThread.RunAsync(netns, () =>
            {
                udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                udp.Bind(new IPEndPoint(Address, 0));
                tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                tcp.Bind(new IPEndPoint(Address, 0));
                tcp.Listen(128);
                Lead(PortOf(udp), PortOf(tcp));
            });
            return new EmbeddedResolver(udp!, tcp!, names, logger);
        }
        catch
        {
            udp?.Dispose();
            tcp?.Dispose();
            throw;
        }
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static void Lead(int udpPort, int tcpPort)
    {
        var batch = new NftBatch(NftBatch.IPv4, Table);
        batch.ReplaceTable();
        batch.Chain("output", "nat", NftBatch.Output, -100);
        foreach (var (protocol, port) in ((byte, int)[])[(17, udpPort), (6, tcpPort)])
            batch.Rule("output", rule => rule.Destination(new IPNetwork(Address, 32)).Protocol(protocol).DestinationPort(53).RewriteDestination(Address, port));
        batch.Commit();
    }

    private async Task ServeDatagramsAsync()
    {
        var buffer = new byte[LongestDatagram];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        for (var failures = 0; failures < MostFailures && !stop.IsCancellationRequested;)
        {
            try
            {
                var count = await udp.ReceiveFromAsync(buffer, SocketFlags.None, from, stop.Token);
                failures = 0;
                if (names.TryAnswer(buffer.AsSpan(0, count), tcp: false, out var answer))
                    Send(answer, from);
                else
                    Forward(buffer.AsMemory(0, count).ToArray(), from);
            }
            catch (SocketException error)
            {
                failures++;
                LogFailed(error.Message);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Forward(byte[] question, SocketAddress from)
    {
        var asker = new SocketAddress(from.Family, from.Size);
        from.Buffer[..from.Size].CopyTo(asker.Buffer);
        if (!Own(() => ForwardAsync(question, asker), MostForwards))
            Send(NameServer.Overloaded(question), asker);
    }

    private async Task ForwardAsync(byte[] question, SocketAddress asker) => Send(await names.ForwardAsync(question, tcp: false, stop.Token), asker);

    private void Send(byte[]? answer, SocketAddress to)
    {
        if (answer is null || stop.IsCancellationRequested)
            return;
        try
        {
            udp.SendTo(answer, SocketFlags.None, to);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Who asked has gone, or the container has: nobody waits for it.
        }
    }

    private async Task AcceptAsync()
    {
        for (var failures = 0; failures < MostFailures && !stop.IsCancellationRequested;)
        {
            try
            {
                var client = await tcp.AcceptAsync(stop.Token);
                failures = 0;
                if (Interlocked.Increment(ref streams) > MostStreams || !Own(() => ServeStreamAsync(client), MostForwards))
                {
                    Interlocked.Decrement(ref streams);
                    client.Dispose();
                }
            }
            catch (SocketException error)
            {
                failures++;
                LogFailed(error.Message);
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>Questions one after the other, each with its length before it (RFC 1035, 4.2.2).</summary>
    private async Task ServeStreamAsync(Socket client)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            var length = new byte[2];
            while (true)
            {
                using var idle = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
                idle.CancelAfter(StreamIdle);
                await stream.ReadExactlyAsync(length, idle.Token);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question, idle.Token);
                var answer = names.TryAnswer(question, tcp: true, out var known) ? known : await names.ForwardAsync(question, tcp: true, stop.Token);
                if (answer is null)
                    return;
                var framed = new byte[answer.Length + 2];
                BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)answer.Length);
                answer.CopyTo(framed, 2);
                idle.CancelAfter(StreamIdle);
                await stream.WriteAsync(framed, idle.Token);
            }
        }
        catch (Exception error) when (error is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client has gone, says nothing, or the container ends.
        }
        finally
        {
            Interlocked.Decrement(ref streams);
        }
    }

    private void Own(Task task)
    {
        lock (gate)
            work.Add(task);
    }

    /// <summary>False when there is too much of it already.</summary>
    private bool Own(Func<Task> begin, int most)
    {
        lock (gate)
        {
            work.RemoveWhere(task => task.IsCompleted);
            if (work.Count >= most)
                return false;
            work.Add(Task.Run(begin));
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        udp.Dispose();
        tcp.Dispose();
        Task[] rest;
        lock (gate)
            rest = [.. work];
        await Task.WhenAll(rest).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        names.Dispose();
        stop.Dispose();
    }

    [LoggerMessage(LogLevel.Debug, "embedded resolver: {Reason}")]
    private partial void LogFailed(string reason);
}
