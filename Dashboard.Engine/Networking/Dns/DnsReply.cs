using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Dashboard.Engine.Networking.Dns;

/// <summary>Writes answers (RFC 1035, 4.1). Every record's name is a pointer to the question.</summary>
internal static class DnsReply
{
    public const int FormatError = 1, ServerFailure = 2, NotImplemented = 4;
    private const ushort Response = 0x8000, Truncated = 0x200, RecursionDesired = 0x100, RecursionAvailable = 0x80, OpcodeMask = 0x7800;
    // Seconds; Docker's.
    private const uint TimeToLive = 600;

    /// <summary>Only a header: for what could not be read.</summary>
    public static byte[] Refusal(DnsQuery query, int code)
    {
        var reply = new byte[DnsQuery.HeaderBytes];
        Header(reply, query, code, questions: 0, answers: 0, flags: 0);
        return reply;
    }

    public static byte[] Failure(DnsQuery query, ReadOnlySpan<byte> message, int code)
    {
        var reply = message[..query.End].ToArray();
        Header(reply, query, code, questions: 1, answers: 0, RecursionAvailable);
        return reply;
    }

    /// <param name="limit">Bytes; what does not fit is left out, and the answer says that it was.</param>
    public static byte[] Addresses(DnsQuery query, ReadOnlySpan<byte> message, IReadOnlyList<IPAddress> addresses, int first, int limit)
    {
        var size = addresses.Count == 0 ? 0 : 12 + addresses[0].GetAddressBytes().Length;
        var fitting = size == 0 ? 0 : Math.Min(addresses.Count, Math.Max(0, limit - query.End) / size);
        var reply = new byte[query.End + fitting * size];
        message[..query.End].CopyTo(reply);
        var start = addresses.Count == 0 ? 0 : (int)((uint)first % (uint)addresses.Count);
        for (var i = 0; i < fitting; i++)
        {
            var address = addresses[(start + i) % addresses.Count];
            var record = reply.AsSpan(query.End + i * size, size);
            Record(record, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? DnsQuery.A : DnsQuery.Aaaa, size - 12);
            address.TryWriteBytes(record[12..], out _);
        }
        Header(reply, query, 0, 1, fitting, (ushort)(RecursionAvailable | (fitting < addresses.Count ? Truncated : 0)));
        return reply;
    }

    public static byte[] Pointer(DnsQuery query, ReadOnlySpan<byte> message, string name)
    {
        var labels = name.Split('.', StringSplitOptions.RemoveEmptyEntries).Select(label => Encoding.UTF8.GetBytes(label)).Select(label => label.Length > 63 ? label[..63] : label).ToList();
        var length = labels.Sum(label => label.Length + 1) + 1;
        var reply = new byte[query.End + 12 + length];
        message[..query.End].CopyTo(reply);
        var record = reply.AsSpan(query.End);
        Record(record, DnsQuery.Ptr, length);
        var at = 12;
        foreach (var label in labels)
        {
            record[at] = (byte)label.Length;
            label.CopyTo(record[(at + 1)..]);
            at += label.Length + 1;
        }
        Header(reply, query, 0, 1, 1, RecursionAvailable);
        return reply;
    }

    /// <summary>An answer from elsewhere that is too long for the asker's datagram: only the word to ask again by tcp.</summary>
    public static byte[] Cut(DnsQuery query, ReadOnlySpan<byte> message)
    {
        var reply = message[..query.End].ToArray();
        Header(reply, query, 0, 1, 0, RecursionAvailable | Truncated);
        return reply;
    }

    private static void Header(Span<byte> reply, DnsQuery query, int code, int questions, int answers, ushort flags)
    {
        BinaryPrimitives.WriteUInt16BigEndian(reply, query.Id);
        BinaryPrimitives.WriteUInt16BigEndian(reply[2..], (ushort)(Response | flags | (query.Flags & (RecursionDesired | OpcodeMask)) | code));
        BinaryPrimitives.WriteUInt16BigEndian(reply[4..], (ushort)questions);
        BinaryPrimitives.WriteUInt16BigEndian(reply[6..], (ushort)answers);
        BinaryPrimitives.WriteUInt32BigEndian(reply[8..], 0);
    }

    private static void Record(Span<byte> record, ushort type, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(record, 0xC000 | DnsQuery.HeaderBytes);
        BinaryPrimitives.WriteUInt16BigEndian(record[2..], type);
        BinaryPrimitives.WriteUInt16BigEndian(record[4..], DnsQuery.Internet);
        BinaryPrimitives.WriteUInt32BigEndian(record[6..], TimeToLive);
        BinaryPrimitives.WriteUInt16BigEndian(record[10..], (ushort)length);
    }
}
