using Dashboard.Linux;

namespace Dashboard.Runtime.Shim;

/// <summary>Small files that must be whole or absent: written beside, then renamed.</summary>
internal static class Record
{
    private const int Reserved = 512;

    /// <summary>Takes the room for a record that must not fail for want of space when its time comes.</summary>
    public static void Reserve(string path) => File.WriteAllBytes(Draft(path), new byte[Reserved]);

    public static void Write(string path, byte[] content)
    {
        var draft = Draft(path);
        // Over what is reserved, and only then cut: cut first, the room would be anybody's.
        using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, BufferSize = 0 }))
        {
            file.Write(content);
            file.SetLength(content.Length);
        }
        if (Stdio.rename(draft, path) != 0)
            throw new IOException($"rename of {draft}: {Errno.Text(Errno.Last)}");
    }

    private static string Draft(string path) => path + ".tmp";

    public static unsafe long NowNano()
    {
        Time.timespec now;
        _ = Time.clock_gettime(Time.CLOCK_REALTIME, &now);
        return now.tv_sec * 1_000_000_000 + now.tv_nsec;
    }

    /// <summary>Field 22 of /proc/pid/stat, clock ticks since boot; the second field may contain spaces and parentheses.</summary>
    public static ulong StartTime(int pid)
    {
        var text = File.ReadAllText($"/proc/{pid}/stat");
        return ulong.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[19]);
    }
}
