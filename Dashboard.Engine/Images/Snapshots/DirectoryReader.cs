using System.Buffers.Binary;
using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>The names in a directory by its descriptor, as NUL-terminated bytes.</summary>
internal static class DirectoryReader
{
    // struct linux_dirent64: ino[8] off[8] reclen[2] type[1] name…
    private const int RecordLength = 16;
    private const int NameOffset = 19;

    public static List<byte[]> Names(SafeFileHandle directory)
    {
        var names = new List<byte[]>();
        Span<byte> buffer = stackalloc byte[32 * 1024];
        while (true)
        {
            var length = At.getdents64(directory.Fd(), buffer, (nuint)buffer.Length);
            if (length < 0)
                throw SyscallException.Last("readdir", "");
            if (length == 0)
                return names;
            for (var record = buffer[..(int)length]; !record.IsEmpty; record = record[BinaryPrimitives.ReadUInt16LittleEndian(record[RecordLength..])..])
            {
                var name = record[NameOffset..];
                name = name[..(name.IndexOf((byte)0) + 1)];
                if (!name.SequenceEqual(".\0"u8) && !name.SequenceEqual("..\0"u8))
                    names.Add(name.ToArray());
            }
        }
    }
}
