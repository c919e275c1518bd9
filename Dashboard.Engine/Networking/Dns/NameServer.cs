using System.Net;
using Dashboard.Linux;

namespace Dashboard.Engine.Networking.Dns;

/// <summary>Answers for one container: what it may know of its networks at once, everything else from other resolvers.</summary>
/// <param name="endpoints">Asked for each question: networks come and go while it runs.</param>
/// <param name="netns">Owned: closed with this.</param>
internal sealed class NameServer(NameDirectory directory, Func<IReadOnlyList<SandboxEndpoint>> endpoints, int netns, IReadOnlyList<string> servers) : IDisposable
{
    private const int TcpBytes = ushort.MaxValue;
    private readonly DnsForwarder forwarder = new(netns, servers);
    private int turn;

    /// <summary>False: others have to be asked. True with null: it deserves no answer.</summary>
    public bool TryAnswer(ReadOnlySpan<byte> message, bool tcp, out byte[]? answer)
    {
        answer = null;
        switch (DnsQuery.TryParse(message, out var query))
        {
            case DnsProblem.Ignored:
                return true;
            case DnsProblem.Malformed:
                answer = DnsReply.Refusal(query, DnsReply.FormatError);
                return true;
            case DnsProblem.NotImplemented:
                answer = DnsReply.Refusal(query, DnsReply.NotImplemented);
                return true;
        }
        var places = endpoints();
        if (query.Type == DnsQuery.Ptr && NameDirectory.ReverseOf(query.Name) is { } address)
        {
            if (directory.Find(places, address) is not { } name)
                return false;
            answer = DnsReply.Pointer(query, message, name);
            return true;
        }
        if (query.Class != DnsQuery.Internet || directory.Find(places, query.Name) is not { } found)
            return false;
        // A name of ours is nobody else's business: for what it does not have the answer is empty.
        var addresses = query.Type switch
        {
            DnsQuery.A or DnsQuery.Any => found.IPv4,
            DnsQuery.Aaaa => found.IPv6,
            _ => [],
        };
        var first = addresses.Count > 1 ? Interlocked.Increment(ref turn) : 0;
        answer = DnsReply.Addresses(query, message, addresses, first, tcp ? TcpBytes : query.UdpBytes);
        return true;
    }

    /// <summary>The answer of the first resolver that has one, else that there is none.</summary>
    public async Task<byte[]?> ForwardAsync(byte[] message, bool tcp, CancellationToken cancellationToken)
    {
        if (DnsQuery.TryParse(message, out var query) != DnsProblem.None)
            return null;
        // An internal network leads nowhere, and names must not be the way out.
        var answer = SandboxWiring.GatewayOf(endpoints()) is null ? null : await forwarder.AskAsync(message, tcp, cancellationToken);
        if (answer is null)
            return DnsReply.Failure(query, message, DnsReply.ServerFailure);
        return !tcp && answer.Length > query.UdpBytes ? DnsReply.Cut(query, message) : answer;
    }

    public static byte[]? Overloaded(byte[] message) =>
        DnsQuery.TryParse(message, out var query) == DnsProblem.None ? DnsReply.Failure(query, message, DnsReply.ServerFailure) : null;

    public void Dispose() => Unistd.close(netns);
}
