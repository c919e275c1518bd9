using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Dashboard.Engine.Networking.Dns;

/// <summary>
/// Asks other resolvers, one after the other, as the container itself would: from its network namespace. Only a resolver on the
/// host's loopback is asked from the host, for nobody else can reach it. Each question has a socket, and with it a port, of its
/// own, and an id of ours: an answer from a stranger has both to guess.
/// </summary>
internal sealed class DnsForwarder(int netns, IReadOnlyList<string> asked)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);
    private const int MostServers = 3, DnsPort = 53, Refused = 5;

    /// <summary>Null when nobody answers.</summary>
    public async Task<byte[]?> AskAsync(ReadOnlyMemory<byte> message, bool tcp, CancellationToken cancellationToken)
    {
        byte[]? worst = null;
        foreach (var server in Servers())
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            try
            {
                var answer = await AskAsync(server, message, tcp, limit.Token);
                // Another one may do better than that.
                if (Code(answer) is not (DnsReply.ServerFailure or Refused))
                    return answer;
                worst ??= answer;
            }
            catch (Exception error) when (error is SocketException or IOException or Errors.EngineException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Silent, or not there: the next.
            }
        }
        return worst;
    }

    private IEnumerable<IPAddress> Servers() =>
        (asked.Count > 0 ? asked : ResolverConfiguration.HostServers())
            .Select(text => IPAddress.TryParse(text, out var address) ? address : null)
            .OfType<IPAddress>()
            .Take(MostServers);

    private async Task<byte[]> AskAsync(IPAddress server, ReadOnlyMemory<byte> message, bool tcp, CancellationToken cancellationToken)
    {
        using var socket = await OpenAsync(server, tcp);
        await socket.ConnectAsync(new IPEndPoint(server, DnsPort), cancellationToken);
        var original = BinaryPrimitives.ReadUInt16BigEndian(message.Span);
        var own = (ushort)RandomNumberGenerator.GetInt32(0x10000);
        var question = new byte[message.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(question, (ushort)message.Length);
        message.Span.CopyTo(question.AsSpan(2));
        BinaryPrimitives.WriteUInt16BigEndian(question.AsSpan(2), own);
        var answer = tcp
            ? await ByStreamAsync(socket, question, cancellationToken)
            : await ByDatagramAsync(socket, question.AsMemory(2), own, cancellationToken);
        BinaryPrimitives.WriteUInt16BigEndian(answer, original);
        return answer;
    }

    private async Task<Socket> OpenAsync(IPAddress server, bool tcp)
    {
        Socket Open() => tcp
            ? new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        // One that was asked for by --dns is the container's own.
        if (asked.Count == 0 && IPAddress.IsLoopback(server))
            return Open();
        Socket? socket = null;
        await NamespaceThread.RunAsync(netns, () => socket = Open());
        return socket!;
    }

    private static async Task<byte[]> ByDatagramAsync(Socket socket, ReadOnlyMemory<byte> question, ushort id, CancellationToken cancellationToken)
    {
        await socket.SendAsync(question, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(ushort.MaxValue);
        try
        {
            while (true)
            {
                var count = await socket.ReceiveAsync(buffer, cancellationToken);
                if (IsAnswer(buffer.AsSpan(0, count), question.Span, id))
                    return buffer[..count];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<byte[]> ByStreamAsync(Socket socket, byte[] question, CancellationToken cancellationToken)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        await stream.WriteAsync(question, cancellationToken);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return IsAnswer(answer, question.AsSpan(2), BinaryPrimitives.ReadUInt16BigEndian(question.AsSpan(2)))
            ? answer
            : throw new IOException("the resolver answered something else");
    }

    /// <summary>An answer, to this question, with this id. Some leave the question out of an error.</summary>
    private static bool IsAnswer(ReadOnlySpan<byte> answer, ReadOnlySpan<byte> question, ushort id)
    {
        if (answer.Length < DnsQuery.HeaderBytes || BinaryPrimitives.ReadUInt16BigEndian(answer) != id || (answer[2] & 0x80) == 0)
            return false;
        if (BinaryPrimitives.ReadUInt16BigEndian(answer[4..]) == 0)
            return Code(answer) != 0;
        if (DnsQuery.TryParse(question, out var asked) != DnsProblem.None || answer.Length < asked.End)
            return false;
        for (var at = DnsQuery.HeaderBytes; at < asked.End; at++)
        {
            var (one, other) = (answer[at], question[at]);
            if (one != other && !(char.IsAsciiLetter((char)one) && (one | 0x20) == (other | 0x20)))
                return false;
        }
        return true;
    }

    private static int Code(ReadOnlySpan<byte> answer) => answer[3] & 0xf;
}
