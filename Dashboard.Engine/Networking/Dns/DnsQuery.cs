using System.Buffers.Binary;
using System.Text;

namespace Dashboard.Engine.Networking.Dns;

/// <summary>
/// One question as it came over the wire (RFC 1035, 4.1). It comes from inside a container, so nothing of it is believed:
/// <code>
///  12 bytes   id, flags, counts of questions, answers, authorities, additionals
///  question   labels (length, bytes)* 0, type, class        e.g. 03 77 77 77 00 | 00 01 | 00 01
///  additional 00 | 00 29 | udp size | …                     EDNS (RFC 6891), where it is
/// </code>
/// </summary>
internal readonly struct DnsQuery
{
    public const ushort A = 1, Ptr = 12, Aaaa = 28, Any = 255, Opt = 41, Internet = 1;
    public const int HeaderBytes = 12, PlainUdpBytes = 512;
    private const int LongestName = 255, LongestLabel = 63, Response = 0x8000, OpcodeMask = 0x7800;

    public ushort Id { get; private init; }
    public ushort Flags { get; private init; }
    /// <summary>In lower case, without the last dot.</summary>
    public string Name { get; private init; }
    public ushort Type { get; private init; }
    public ushort Class { get; private init; }
    /// <summary>Where the question ends in the message.</summary>
    public int End { get; private init; }
    /// <summary>Bytes that the asker takes in one datagram.</summary>
    public int UdpBytes { get; private init; }

    /// <summary>What is wrong with it decides the answer; <see cref="DnsProblem.Ignored"/> gets none.</summary>
    public static DnsProblem TryParse(ReadOnlySpan<byte> message, out DnsQuery query)
    {
        query = default;
        if (message.Length < HeaderBytes)
            return DnsProblem.Ignored;
        var flags = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        // Answering an answer would let two resolvers talk for ever.
        if ((flags & Response) != 0)
            return DnsProblem.Ignored;
        query = new DnsQuery { Id = BinaryPrimitives.ReadUInt16BigEndian(message), Flags = flags, Name = "" };
        if ((flags & OpcodeMask) != 0)
            return DnsProblem.NotImplemented;
        if (BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1 || ReadName(message, out var end) is not { } name || end + 4 > message.Length)
            return DnsProblem.Malformed;
        query = query with
        {
            Name = name,
            Type = BinaryPrimitives.ReadUInt16BigEndian(message[end..]),
            Class = BinaryPrimitives.ReadUInt16BigEndian(message[(end + 2)..]),
            End = end + 4,
            UdpBytes = UdpBytesOf(message, end + 4),
        };
        return DnsProblem.None;
    }

    // A question needs no compression, so none is followed: there is no loop to be led into.
    private static string? ReadName(ReadOnlySpan<byte> message, out int end)
    {
        end = HeaderBytes;
        var name = new StringBuilder();
        while (end < message.Length)
        {
            int length = message[end++];
            if (length == 0)
                return name.ToString();
            if (length > LongestLabel || end + length > message.Length || end + length - HeaderBytes > LongestName)
                return null;
            if (name.Length > 0)
                name.Append('.');
            foreach (var letter in message.Slice(end, length))
                name.Append(letter is >= (byte)'A' and <= (byte)'Z' ? (char)(letter | 0x20) : (char)letter);
            end += length;
        }
        return null;
    }

    private static int UdpBytesOf(ReadOnlySpan<byte> message, int at)
    {
        var records = BinaryPrimitives.ReadUInt16BigEndian(message[6..]) + BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        var isEdns = records == 0 && BinaryPrimitives.ReadUInt16BigEndian(message[10..]) > 0 && message.Length >= at + 11
            && message[at] == 0 && BinaryPrimitives.ReadUInt16BigEndian(message[(at + 1)..]) == Opt;
        return isEdns ? Math.Max(PlainUdpBytes, (int)BinaryPrimitives.ReadUInt16BigEndian(message[(at + 3)..])) : PlainUdpBytes;
    }
}

internal enum DnsProblem
{
    None,
    Ignored,
    Malformed,
    NotImplemented,
}
