using Dashboard.Linux;

namespace Dashboard.Runtime.Shim;

/// <summary>Small files that must be whole or absent: written beside, then renamed.</summary>
internal static class Record
{
    public static void Write(string path, byte[] content)
    {
        var draft = path + ".tmp";
        File.WriteAllBytes(draft, content);
        if (Stdio.rename(draft, path) != 0)
            throw new IOException($"rename of {draft}: {Errno.Text(Errno.Last)}");
    }

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
