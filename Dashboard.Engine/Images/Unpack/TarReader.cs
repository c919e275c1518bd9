using System.Buffers;
using Dashboard.Linux;

namespace Dashboard.Engine.Images.Unpack;

/// <summary>
/// Reads any tar that image tools write: v7, ustar, pax (xattrs as SCHILY.xattr), GNU long names, sparse files of all four
/// kinds, base-256 numbers. The input is hostile: every length is checked before it is used, an extension header is at most
/// <see cref="ExtensionMax"/>, and nothing but <see cref="TarException"/> and the source's own errors comes out.
/// Data is handed out as spans of the read buffer, so it is copied once, to its file.
/// </summary>
internal sealed class TarReader(Stream source) : IDisposable
{
    /// <summary>Bytes of one pax header or long name; the limit of Go's reader, and so of Docker.</summary>
    public const int ExtensionMax = 1 << 20;
    private const int BufferSize = 256 * 1024;

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int start;
    private int end;
    /// <summary>Of the current member: data not yet handed out, and the padding behind it.</summary>
    private long remaining;
    private int padding;

    /// <summary>The next member, or null at the end. What is left of the current one is skipped.</summary>
    public TarEntry? Next()
    {
        Skip();
        PaxRecords? pax = null;
        string? longName = null, longLink = null;
        while (true)
        {
            if (!TryReadHeader(out var header))
                return pax is null && longName is null && longLink is null ? null : throw TarException.Truncated();
            switch (header.TypeFlag)
            {
                case (byte)'x':
                    pax = PaxRecords.Parse(ReadExtension(header.Size));
                    break;
                case (byte)'g':
                    // Ignored as in Docker: image tools put nothing but comments into it.
                    ReadExtension(header.Size);
                    break;
                case (byte)'L':
                    longName = TarHeader.Text(ReadExtension(header.Size));
                    break;
                case (byte)'K':
                    longLink = TarHeader.Text(ReadExtension(header.Size));
                    break;
                case (byte)'V':
                    Begin(header.Size);
                    Skip();
                    break;
                default:
                    return Member(header, pax, longName, longLink);
            }
        }
    }

    /// <summary>The next piece of the current member's data as it is in the archive (a sparse file's runs follow each other); empty at its end.</summary>
    public ReadOnlySpan<byte> ReadData()
    {
        if (remaining == 0)
            return default;
        if (start == end && !Fill())
            throw TarException.Truncated();
        var count = (int)Math.Min(remaining, end - start);
        var data = buffer.AsSpan(start, count);
        start += count;
        remaining -= count;
        return data;
    }

    /// <summary>Reads the source to its very end: the digest of a layer covers what follows the last member too.</summary>
    public void Drain()
    {
        do
            start = end;
        while (Fill());
    }

    public void Dispose()
    {
        if (buffer.Length != 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private TarEntry Member(TarHeader header, PaxRecords? pax, string? longName, string? longLink)
    {
        var type = TypeOf(header.TypeFlag);
        var stored = pax?.Number("size") ?? header.Size;
        if (stored < 0)
            throw TarException.InvalidHeader("negative size");
        var name = longName ?? pax?.Text("path") ?? header.Name;
        if (type == TarEntryType.Regular && name.EndsWith('/'))
            type = TarEntryType.Directory;
        // The block lies in the read buffer, which reading on may move: everything is taken from it first.
        var entry = new TarEntry
        {
            Type = type,
            Name = name,
            LinkName = longLink ?? pax?.Text("linkpath") ?? header.LinkName,
            Mode = (uint)(header.Mode & 0xFFF),
            Uid = Owner(pax?.Number("uid") ?? header.Uid),
            Gid = Owner(pax?.Number("gid") ?? header.Gid),
            Size = type == TarEntryType.Regular ? stored : 0,
            ModifyTime = pax?.Time("mtime") ?? new Timespec(header.ModifyTime, 0),
            AccessTime = pax?.Time("atime"),
            DeviceMajor = Device(header.DeviceMajor),
            DeviceMinor = Device(header.DeviceMinor),
            Xattrs = pax?.Xattrs() ?? [],
        };
        var flag = header.TypeFlag;
        var gnu = flag == 'S' ? new GnuSparseHeader(header) : null;
        Begin(type == TarEntryType.Regular || flag is 0 or (byte)'0' ? stored : 0);
        if (type != TarEntryType.Regular)
            return entry;
        return SparseMap.Read(this, gnu, pax, remaining) is { } sparse
            ? entry with { Size = sparse.RealSize, Sparse = sparse.Runs, Name = sparse.Name ?? entry.Name }
            : entry;
    }

    private static TarEntryType TypeOf(byte flag) => flag switch
    {
        0 or (byte)'0' or (byte)'7' or (byte)'S' => TarEntryType.Regular,
        (byte)'1' => TarEntryType.HardLink,
        (byte)'2' => TarEntryType.SymbolicLink,
        (byte)'3' => TarEntryType.Character,
        (byte)'4' => TarEntryType.Block,
        (byte)'5' => TarEntryType.Directory,
        (byte)'6' => TarEntryType.Fifo,
        _ => throw new TarException($"unhandled tar header type {flag}"),
    };

    private static uint Owner(long id) => id is >= 0 and < uint.MaxValue ? (uint)id : throw TarException.InvalidHeader($"owner {id}");

    private static uint Device(long number) => number is >= 0 and <= uint.MaxValue ? (uint)number : throw TarException.InvalidHeader($"device number {number}");

    /// <summary>False at the end of the archive: its input is over, or one or two blocks of zeros.</summary>
    private bool TryReadHeader(out TarHeader header)
    {
        header = default;
        if (!TryReadBlock(out var block))
            return false;
        header = new TarHeader(block);
        if (header.IsZero)
        {
            if (TryReadBlock(out block) && !new TarHeader(block).IsZero)
                throw TarException.InvalidHeader("data after the end");
            return false;
        }
        if (!header.HasValidChecksum())
            throw TarException.InvalidHeader("wrong checksum");
        return true;
    }

    /// <summary>512 bytes, valid until the next read; false when the input ends right here.</summary>
    internal bool TryReadBlock(out ReadOnlySpan<byte> block)
    {
        while (end - start < TarHeader.BlockSize)
        {
            if (Fill())
                continue;
            block = default;
            return start == end ? false : throw TarException.Truncated();
        }
        block = buffer.AsSpan(start, TarHeader.BlockSize);
        start += TarHeader.BlockSize;
        return true;
    }

    /// <summary>A block of the current member's data.</summary>
    internal ReadOnlySpan<byte> ReadDataBlock()
    {
        if (remaining < TarHeader.BlockSize || !TryReadBlock(out var block))
            throw TarException.Truncated();
        remaining -= TarHeader.BlockSize;
        return block;
    }

    internal long Remaining => remaining;

    private byte[] ReadExtension(long size)
    {
        if (size is < 0 or > ExtensionMax)
            throw TarException.InvalidHeader($"extension of {size} bytes");
        Begin(size);
        var data = new byte[size];
        for (var read = 0; read < size;)
        {
            var chunk = ReadData();
            chunk.CopyTo(data.AsSpan(read));
            read += chunk.Length;
        }
        Skip();
        return data;
    }

    private void Begin(long size)
    {
        if (size is < 0 or > long.MaxValue - TarHeader.BlockSize)
            throw TarException.InvalidHeader($"size {size}");
        remaining = size;
        padding = (int)(-size & (TarHeader.BlockSize - 1));
    }

    private void Skip()
    {
        while (remaining > 0)
            ReadData();
        while (padding > 0)
        {
            if (start == end && !Fill())
                throw TarException.Truncated();
            var count = Math.Min(padding, end - start);
            start += count;
            padding -= count;
        }
    }

    /// <summary>Adds to the buffer; false when the source is at its end.</summary>
    private bool Fill()
    {
        if (start == end)
        {
            start = end = 0;
        }
        else if (end == buffer.Length || buffer.Length - end < TarHeader.BlockSize)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        var count = source.Read(buffer, end, buffer.Length - end);
        end += count;
        return count > 0;
    }
}
