using System.Buffers.Binary;
using System.Text;

namespace Dashboard.Engine.Images.Unpack;

/// <summary>
/// The 512-byte block before each member (POSIX ustar, with GNU's and star's variants; man 5 tar of libarchive):
/// <code>
///   0 name[100]  100 mode[8]  108 uid[8]  116 gid[8]  124 size[12]  136 mtime[12]  148 chksum[8]  156 typeflag
/// 157 linkname[100]  257 magic[6]  263 version[2]  265 uname[32]  297 gname[32]  329 devmajor[8]  337 devminor[8]
/// 345 prefix[155] (ustar)   386 sparse[4]{offset[12],numbytes[12]}  482 isextended  483 realsize[12] (old GNU)
/// </code>
/// </summary>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    public const int BlockSize = 512;

    private readonly ReadOnlySpan<byte> block = block;

    public byte TypeFlag => block[156];
    public long Mode => Number(block.Slice(100, 8));
    public long Uid => Number(block.Slice(108, 8));
    public long Gid => Number(block.Slice(116, 8));
    public long Size => Number(block.Slice(124, 12));
    public long ModifyTime => Number(block.Slice(136, 12));
    public string LinkName => Text(block.Slice(157, 100));
    public long DeviceMajor => HasDevice ? Number(block.Slice(329, 8)) : 0;
    public long DeviceMinor => HasDevice ? Number(block.Slice(337, 8)) : 0;
    public long GnuRealSize => Number(block.Slice(483, 12));
    public ReadOnlySpan<byte> GnuSparse => block.Slice(386, 4 * 24);
    public bool GnuSparseExtended => block[482] != 0;

    private bool IsUstar => block.Slice(257, 6).SequenceEqual("ustar\0"u8);
    private bool IsStar => IsUstar && block.Slice(508, 4).SequenceEqual("tar\0"u8);
    public bool IsGnu => block.Slice(257, 8).SequenceEqual("ustar  \0"u8);
    private bool HasDevice => IsUstar || IsGnu;

    public string Name
    {
        get
        {
            var name = Text(block[..100]);
            var prefix = IsStar ? Text(block.Slice(345, 131)) : IsUstar ? Text(block.Slice(345, 155)) : "";
            return prefix.Length == 0 ? name : $"{prefix}/{name}";
        }
    }

    /// <summary>A block of zeros ends the archive.</summary>
    public bool IsZero => !block.ContainsAnyExcept((byte)0);

    /// <summary>Whether the sum of all bytes is right, the sum's own field counted as spaces; old tars summed signed bytes.</summary>
    public bool HasValidChecksum()
    {
        long unsigned = 0, signed = 0;
        for (var i = 0; i < BlockSize; i++)
        {
            var value = i is >= 148 and < 156 ? (byte)' ' : block[i];
            unsigned += value;
            signed += (sbyte)value;
        }
        return TryOctal(block.Slice(148, 8), out var sum) && (sum == unsigned || sum == signed);
    }

    public static string Text(ReadOnlySpan<byte> field)
    {
        var end = field.IndexOf((byte)0);
        return Encoding.Latin1.GetString(end < 0 ? field : field[..end]);
    }

    /// <summary>Octal digits, or base 256 when the first bit is set.</summary>
    public static long Number(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
            return Base256(field);
        return TryOctal(field, out var value) ? value : throw TarException.InvalidHeader("a number is not octal");
    }

    /// <summary>Two's complement, big-endian, the marker bit taken off.</summary>
    private static long Base256(ReadOnlySpan<byte> field)
    {
        var negative = (field[0] & 0x40) != 0;
        var filler = negative ? 0xFF : 0x00;
        var head = field[..^8];
        for (var i = 0; i < head.Length; i++)
        {
            var value = i == 0 ? head[i] & 0x7F | (negative ? 0x80 : 0) : head[i];
            if (value != filler)
                throw TarException.InvalidHeader("a number is too large");
        }
        var tail = BinaryPrimitives.ReadUInt64BigEndian(field[^8..]);
        if (head.IsEmpty)
            tail = negative ? tail : tail & ~(1UL << 63);
        if ((long)tail < 0 != negative)
            throw TarException.InvalidHeader("a number is too large");
        return (long)tail;
    }

    private static bool TryOctal(ReadOnlySpan<byte> field, out long value)
    {
        value = 0;
        field = field.Trim(" \0"u8);
        foreach (var digit in field)
        {
            // Some writers end a field with NUL and leave rubbish behind it.
            if (digit == 0)
                break;
            if (digit is < (byte)'0' or > (byte)'7' || value >> 60 != 0)
                return false;
            value = (value << 3) | (uint)(digit - '0');
        }
        return true;
    }
}
