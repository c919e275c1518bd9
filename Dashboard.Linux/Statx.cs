using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Dashboard.Linux;

[StructLayout(LayoutKind.Sequential)]
public readonly record struct Timespec(long Seconds, long Nanoseconds);

/// <summary>struct statx, 256 bytes on every architecture.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Statx
{
    public uint Mask;
    public uint BlockSize;
    public ulong Attributes;
    public uint LinkCount;
    public uint Uid;
    public uint Gid;
    public ushort Mode;
    private readonly ushort pad;
    public ulong Inode;
    public ulong Size;
    /// <summary>Of 512 bytes.</summary>
    public ulong Blocks;
    public ulong AttributesMask;
    public StatxTime AccessTime;
    public StatxTime BirthTime;
    public StatxTime ChangeTime;
    public StatxTime ModifyTime;
    public uint DeviceMajor;
    public uint DeviceMinor;
    public uint FileSystemMajor;
    public uint FileSystemMinor;
    /// <summary>Of the mount that the file was reached by (since 5.8).</summary>
    public ulong MountId;
    private readonly Reserved reserved;

    public readonly uint Type => Mode & At.S_IFMT;
    public readonly bool IsDirectory => Type == At.S_IFDIR;
    /// <summary>How overlayfs marks a removed name: character device 0:0.</summary>
    public readonly bool IsWhiteout => Type == At.S_IFCHR && DeviceMajor == 0 && DeviceMinor == 0;

    [InlineArray(13)]
    private struct Reserved
    {
        private ulong element;
    }
}

[StructLayout(LayoutKind.Sequential)]
public struct StatxTime
{
    public long Seconds;
    public uint Nanoseconds;
    private readonly int pad;

    public readonly Timespec ToTimespec() => new(Seconds, Nanoseconds);
}

/// <summary>struct statfs of 64-bit architectures (asm-generic/statfs.h).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Statfs
{
    public const long OverlayMagic = 0x794C7630;
    /// <summary>ST_RDONLY in <see cref="Flags"/>.</summary>
    public const long ReadOnly = 1;

    public long Type;
    public long BlockSize;
    public ulong Blocks;
    public ulong BlocksFree;
    /// <summary>For those who are not root.</summary>
    public ulong BlocksAvailable;
    public ulong Files;
    public ulong FilesFree;
    public long FileSystemId;
    public long NameLength;
    public long FragmentSize;
    public long Flags;
    private readonly Reserved reserved;

    [InlineArray(4)]
    private struct Reserved
    {
        private long element;
    }
}
