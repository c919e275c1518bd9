using Dashboard.Linux;

namespace Dashboard.Engine.Images.Unpack;

internal enum TarEntryType
{
    Regular,
    HardLink,
    SymbolicLink,
    Character,
    Block,
    Directory,
    Fifo,
}

/// <summary>A run of data in a sparse file; what lies between two runs is a hole.</summary>
internal readonly record struct SparseRun(long Offset, long Length);

/// <summary>
/// One member of an archive, its pax and GNU extensions applied. Strings carry bytes, one per character (Latin-1): a file
/// name is bytes and need not be UTF-8, and nothing may be lost on the way to the disk.
/// </summary>
internal sealed record TarEntry
{
    public required TarEntryType Type { get; init; }
    public required string Name { get; init; }
    public string LinkName { get; init; } = "";
    /// <summary>The low twelve bits: permissions, setuid, setgid, sticky.</summary>
    public uint Mode { get; init; }
    public uint Uid { get; init; }
    public uint Gid { get; init; }
    /// <summary>Bytes of the file, holes included; 0 where there is no data.</summary>
    public long Size { get; init; }
    public Timespec ModifyTime { get; init; }
    public Timespec? AccessTime { get; init; }
    public uint DeviceMajor { get; init; }
    public uint DeviceMinor { get; init; }
    public IReadOnlyList<KeyValuePair<string, byte[]>> Xattrs { get; init; } = [];
    /// <summary>Null for an ordinary file. Ascending, within <see cref="Size"/>.</summary>
    public IReadOnlyList<SparseRun>? Sparse { get; init; }
}
