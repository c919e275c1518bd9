using System.Buffers;
using System.Globalization;
using System.Text;
using Dashboard.Engine.Images.Unpack;

namespace Dashboard.Engine.Images.Pack;

/// <summary>
/// Writes the tars that Docker writes: ustar headers (drawn in <see cref="TarHeader"/>), and a pax header before a member that
/// does not fit into one. Takes the same entries that <see cref="TarReader"/> gives. One buffer, whatever the size.
/// </summary>
internal sealed class TarStreamWriter(Stream output) : IDisposable
{
    private const int BufferSize = 256 * 1024;
    private const int RoomMin = 64 * 1024;
    private const long OctalMax7 = 0x1FFFFF;
    private const long OctalMax11 = 0x1_FFFF_FFFF;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int used;

    /// <summary>The header of a member. <see cref="TarEntry.Size"/> bytes of data and <see cref="Pad"/> follow for a regular file.</summary>
    public void WriteHeader(TarEntry entry)
    {
        var records = Records(entry);
        if (records.Length > 0)
        {
            WriteBlock("PaxHeaders.0/" + Ascii(EntryPath.Split(entry.Name.TrimEnd('/')).Name), (byte)'x', new TarEntry { Type = TarEntryType.Regular, Name = "", Mode = 0x1A4, Size = records.Length });
            Write(records);
            Pad(records.Length);
        }
        WriteBlock(entry.Name, Flag(entry.Type), entry);
    }

    /// <summary>Room for data of the current member; <see cref="Advance"/> says how much was put there.</summary>
    public Span<byte> Room()
    {
        if (buffer.Length - used < RoomMin)
            Flush();
        return buffer.AsSpan(used);
    }

    public void Advance(int count) => used += count;

    public void Write(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var room = Room();
            var count = Math.Min(room.Length, data.Length);
            data[..count].CopyTo(room);
            Advance(count);
            data = data[count..];
        }
    }

    /// <summary>Zeros up to the next block.</summary>
    public void Pad(long size) => Zeros((int)(-size & (TarHeader.BlockSize - 1)));

    /// <summary>The end of the archive, and everything on its way.</summary>
    public void Finish()
    {
        Zeros(2 * TarHeader.BlockSize);
        Flush();
    }

    /// <summary>Sends what is buffered.</summary>
    public void Flush()
    {
        if (used > 0)
            output.Write(buffer, 0, used);
        used = 0;
    }

    public void Dispose()
    {
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private void Zeros(int count)
    {
        Room()[..count].Clear();
        Advance(count);
    }

    private void WriteBlock(string name, byte flag, TarEntry entry)
    {
        var block = Room()[..TarHeader.BlockSize];
        block.Clear();
        var (prefix, rest) = SplitName(name);
        Text(block[..100], rest);
        Octal(block.Slice(100, 8), entry.Mode & 0xFFF);
        Octal(block.Slice(108, 8), entry.Uid <= OctalMax7 ? entry.Uid : 0);
        Octal(block.Slice(116, 8), entry.Gid <= OctalMax7 ? entry.Gid : 0);
        Octal(block.Slice(124, 12), entry.Size <= OctalMax11 ? entry.Size : 0);
        Octal(block.Slice(136, 12), entry.ModifyTime.Seconds is >= 0 and <= OctalMax11 ? entry.ModifyTime.Seconds : 0);
        block[156] = flag;
        Text(block.Slice(157, 100), entry.LinkName);
        "ustar\000"u8.CopyTo(block[257..]);
        Octal(block.Slice(329, 8), entry.DeviceMajor <= OctalMax7 ? entry.DeviceMajor : 0);
        Octal(block.Slice(337, 8), entry.DeviceMinor <= OctalMax7 ? entry.DeviceMinor : 0);
        Text(block.Slice(345, 155), prefix);
        Seal(block);
        Advance(TarHeader.BlockSize);
    }

    private static void Seal(Span<byte> block)
    {
        block.Slice(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in block)
            sum += value;
        Octal(block.Slice(148, 7), sum);
        block[155] = (byte)' ';
    }

    private static byte[] Records(TarEntry entry)
    {
        var records = new MemoryStream();
        if (!FitsName(entry.Name))
            Record(records, "path", Latin1(entry.Name));
        if (!FitsText(entry.LinkName, 100))
            Record(records, "linkpath", Latin1(entry.LinkName));
        Number(records, "size", entry.Size, entry.Size <= OctalMax11);
        Number(records, "uid", entry.Uid, entry.Uid <= OctalMax7);
        Number(records, "gid", entry.Gid, entry.Gid <= OctalMax7);
        Number(records, "mtime", entry.ModifyTime.Seconds, entry.ModifyTime.Seconds is >= 0 and <= OctalMax11);
        foreach (var (key, value) in entry.Xattrs)
            Record(records, "SCHILY.xattr." + key, value);
        return records.ToArray();
    }

    private static void Number(MemoryStream records, string key, long value, bool fits)
    {
        if (!fits)
            Record(records, key, Latin1(value.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>The length counts its own digits.</summary>
    private static void Record(MemoryStream records, string key, ReadOnlySpan<byte> value)
    {
        var rest = key.Length + value.Length + 3;
        var length = rest + Digits(rest);
        if (Digits(length) != Digits(rest))
            length = rest + Digits(length);
        records.Write(Latin1($"{length.ToString(CultureInfo.InvariantCulture)} {key}="));
        records.Write(value);
        records.WriteByte((byte)'\n');
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private static bool FitsName(string name) => SplitName(name) is var (prefix, rest) && FitsText(rest, 100) && FitsText(prefix, 155);

    private static bool FitsText(string text, int max) => text.Length <= max && Ascii(text).Length == text.Length;

    /// <summary>A long name is divided at a slash into prefix and name where that is possible.</summary>
    private static (string Prefix, string Name) SplitName(string name)
    {
        if (name.Length <= 100)
            return ("", name);
        var slash = name.IndexOf('/', name.Length - 101);
        return slash > 0 && slash < name.Length - 1 && slash <= 155 ? (name[..slash], name[(slash + 1)..]) : ("", name);
    }

    private static string Ascii(string text) => text.AsSpan().ContainsAnyExceptInRange('\x01', '\x7e') ? string.Concat(text.Where(letter => letter is > '\0' and < '\x7f')) : text;

    private static void Text(Span<byte> field, string text) => Encoding.Latin1.GetBytes(text.Length > field.Length ? text.AsSpan(0, field.Length) : text, field);

    /// <summary>Digits up to the last byte, which is NUL.</summary>
    private static void Octal(Span<byte> field, long value)
    {
        for (var i = field.Length - 2; i >= 0; i--, value >>= 3)
            field[i] = (byte)('0' + (value & 7));
    }

    private static byte[] Latin1(string text) => Encoding.Latin1.GetBytes(text);

    private static byte Flag(TarEntryType type) => type switch
    {
        TarEntryType.Regular => (byte)'0',
        TarEntryType.HardLink => (byte)'1',
        TarEntryType.SymbolicLink => (byte)'2',
        TarEntryType.Character => (byte)'3',
        TarEntryType.Block => (byte)'4',
        TarEntryType.Directory => (byte)'5',
        _ => (byte)'6',
    };
}
