using System.Text;
using Dashboard.Linux;
using Dashboard.Runtime.Launch;

namespace Dashboard.Runtime.Cgroups;

/// <summary>Reads and writes of kernel files: one system call per value, errors with the path and the value.</summary>
internal static unsafe class KernelFile
{
    public static void Write(string path, string value)
    {
        var error = TryWrite(path, value);
        if (error != 0)
            throw new LaunchException($"failed to write {value} to {path}: {Errno.Text(error)}");
    }

    /// <summary>0 or errno.</summary>
    public static int TryWrite(string path, string value)
    {
        var fd = Fcntl.open(path, Fcntl.O_WRONLY | Fcntl.O_CLOEXEC, 0);
        if (fd < 0)
            return Errno.Last;
        var bytes = Encoding.UTF8.GetBytes(value);
        nint written;
        fixed (byte* data = bytes)
            written = Unistd.write(fd, data, (nuint)bytes.Length);
        var error = written < 0 ? Errno.Last : 0;
        Unistd.close(fd);
        return error;
    }

    public static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd('\n');
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static string[] ReadLines(string path) =>
        TryRead(path)?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [];

    public static long ReadField(string path, string key)
    {
        foreach (var line in ReadLines(path))
        {
            if (line.StartsWith(key, StringComparison.Ordinal) && line.Length > key.Length && line[key.Length] == ' ')
                return long.Parse(line.AsSpan(key.Length + 1));
        }
        return 0;
    }

    /// <summary>Two milliseconds for the kernel to finish the exit of a process; there is no event for "this cgroup can be removed now" on v1.</summary>
    public static void Settle() => Poll.poll(null, 0, 2);
}
