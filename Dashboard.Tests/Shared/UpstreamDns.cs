using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Dashboard.Engine.Networking;
using Dashboard.Linux;

namespace Dashboard.Tests.Shared;

/// <summary>
/// A resolver of the neighbourhood, on port 53 outside of the host. What it answers is in the name: <c>nx…</c> NXDOMAIN,
/// <c>sf…</c> SERVFAIL, <c>big…</c> sixty addresses (too many for a plain datagram), anything else 10.1.2.3.
/// </summary>
internal sealed class UpstreamDns : IAsyncDisposable
{
    private readonly Socket _udp;
    private readonly Socket _tcp;
    private readonly Task _work;

    private UpstreamDns(Socket udp, Socket tcp)
    {
        (_udp, _tcp) = (udp, tcp);
        _work = Task.WhenAll(DatagramsAsync(), StreamsAsync());
    }

    public static async Task<UpstreamDns> StartAsync(TestNetwork network)
    {
        var netns = Fcntl.open(network.Outside[1]["--net=".Length..], Fcntl.O_RDONLY | Fcntl.O_CLOEXEC, 0);
        UpstreamDns? server = null;
        await NamespaceThread.RunAsync(netns, () =>
        {
            var address = new IPEndPoint(IPAddress.Parse(network.OutsideAddress), 53);
            var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(address);
            var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            tcp.Bind(address);
            tcp.Listen();
            server = new UpstreamDns(udp, tcp);
        });
        Unistd.close(netns);
        return server!;
    }

    private async Task DatagramsAsync()
    {
        var buffer = new byte[4096];
        while (true)
        {
            try
            {
                var asked = await _udp.ReceiveFromAsync(buffer, new IPEndPoint(IPAddress.Any, 0));
                await _udp.SendToAsync(Answer(buffer.AsSpan(0, asked.ReceivedBytes), tcp: false), asked.RemoteEndPoint);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task StreamsAsync()
    {
        while (true)
        {
            try
            {
                await using var stream = new NetworkStream(await _tcp.AcceptAsync(), ownsSocket: true);
                var length = new byte[2];
                await stream.ReadExactlyAsync(length);
                var question = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                await stream.ReadExactlyAsync(question);
                var answer = Answer(question, tcp: true);
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)answer.Length);
                await stream.WriteAsync((byte[])[.. length, .. answer]);
            }
            catch (IOException)
            {
                // The next one.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static byte[] Answer(ReadOnlySpan<byte> question, bool tcp)
    {
        var end = question[12..].IndexOf((byte)0) + 12 + 5;
        var name = Encoding.ASCII.GetString(question[13..(end - 5)]);
        var code = name.StartsWith("nx", StringComparison.Ordinal) ? 3 : name.StartsWith("sf", StringComparison.Ordinal) ? 2 : 0;
        var count = code != 0 ? 0 : name.StartsWith("big", StringComparison.Ordinal) ? 60 : 1;
        var cut = count > 1 && !tcp && question[11] == 0;
        var answer = new List<byte>(question[..end].ToArray());
        for (byte i = 0; i < count && !cut; i++)
            answer.AddRange([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, .. count == 1 ? (byte[])[10, 1, 2, 3] : [10, 9, 0, i]]);
        answer[2] = (byte)(cut ? 0x83 : 0x81);
        answer[3] = (byte)(0x80 | code);
        answer[7] = (byte)(cut ? 0 : count);
        answer[11] = 0;
        return [.. answer];
    }

    public async ValueTask DisposeAsync()
    {
        _udp.Dispose();
        _tcp.Dispose();
        await _work;
    }
}
