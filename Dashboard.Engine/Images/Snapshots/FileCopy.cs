using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>The content of one file into an empty one; its holes stay holes.</summary>
internal static class FileCopy
{
    private const int BufferBytes = 256 << 10;

    public static void Run(SafeFileHandle from, SafeFileHandle to, long size, string path)
    {
        var buffer = new byte[(int)Math.Min(BufferBytes, Math.Max(size, 1))];
        for (long position = 0; position < size;)
        {
            var data = At.lseek(from.Fd(), position, At.SEEK_DATA);
            // ENXIO: nothing but a hole is left. A file system without holes answers with the position itself.
            if (data < 0)
                break;
            var hole = At.lseek(from.Fd(), data, At.SEEK_HOLE);
            position = Range(from, to, data, hole < 0 ? size : Math.Min(hole, size), buffer, path);
        }
        if (At.ftruncate(to.Fd(), size) < 0)
            throw SyscallException.Last("truncate", path);
    }

    private static long Range(SafeFileHandle from, SafeFileHandle to, long position, long end, byte[] buffer, string path)
    {
        while (position < end)
        {
            var count = At.pread(from.Fd(), buffer, (nuint)Math.Min(buffer.Length, end - position), position);
            if (count < 0)
                throw SyscallException.Last("read", path);
            if (count == 0)
                return end;
            for (var written = 0; written < count;)
            {
                var done = At.pwrite(to.Fd(), buffer.AsSpan(written, (int)count - written), (nuint)(count - written), position + written);
                if (done < 0)
                    throw SyscallException.Last("write", path);
                written += (int)done;
            }
            position += count;
        }
        return position;
    }
}
