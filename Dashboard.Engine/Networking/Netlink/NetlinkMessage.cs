using System.Buffers.Binary;
using System.Text;

namespace Dashboard.Engine.Networking.Netlink;

/// <summary>
/// Netlink messages in one buffer (netlink(7)): struct nlmsghdr { u32 length; u16 type; u16 flags; u32 sequence; u32 port },
/// a family header, then attributes { u16 length; u16 type; data padded to 4 }.
/// </summary>
internal sealed class NetlinkMessage
{
    public const ushort Request = 1, Ack = 4, Create = 0x400, Replace = 0x100, Exclusive = 0x200, Append = 0x800;
    private const ushort Nested = 0x8000;

    private byte[] buffer = new byte[4096];
    private int length;
    private int messageStart;

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, length);

    public int Acknowledged { get; private set; }

    public void Begin(ushort type, ushort flags, ReadOnlySpan<byte> familyHeader)
    {
        messageStart = length;
        var header = Take(16);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], type);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], (ushort)(flags | Request));
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)++sequence);
        if ((flags & Ack) != 0)
            Acknowledged++;
        familyHeader.CopyTo(Take(familyHeader.Length));
    }

    private int sequence;

    public void End() => BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(messageStart), length - messageStart);

    public void Attribute(ushort type, ReadOnlySpan<byte> data)
    {
        var start = length;
        var space = Take(4 + ((data.Length + 3) & ~3));
        BinaryPrimitives.WriteUInt16LittleEndian(space, (ushort)(4 + data.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(space[2..], type);
        data.CopyTo(buffer.AsSpan(start + 4));
    }

    public void Text(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    public void Host32(ushort type, uint value)
    {
        Span<byte> data = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(data, value);
        Attribute(type, data);
    }

    public void Big32(ushort type, uint value)
    {
        Span<byte> data = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(data, value);
        Attribute(type, data);
    }

    /// <summary>A nested attribute, filled by <paramref name="content"/>.</summary>
    public void Nest(ushort type, Action content)
    {
        var start = length;
        BinaryPrimitives.WriteUInt16LittleEndian(Take(4)[2..], (ushort)(type | Nested));
        content();
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(start), (ushort)(length - start));
    }

    /// <summary>A plain piece inside a nested attribute, such as the ifinfomsg of a veth's peer.</summary>
    public void Raw(ReadOnlySpan<byte> data) => data.CopyTo(Take(data.Length));

    private Span<byte> Take(int count)
    {
        if (length + count > buffer.Length)
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + count));
        length += count;
        return buffer.AsSpan(length - count, count);
    }
}
