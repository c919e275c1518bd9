using System.Globalization;

namespace Dashboard.Engine.Stats;

/// <summary>/proc counters that stats need beside the cgroup.</summary>
internal static class HostCounters
{
    private const ulong TickNanoseconds = 10_000_000;

    /// <summary>All CPU time of the host, idle counted in, in nanoseconds: the first eight columns of /proc/stat's first line (proc_stat(5)), as dockerd sums them.</summary>
    public static ulong SystemCpu()
    {
        using var reader = new StreamReader("/proc/stat");
        var columns = reader.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return columns.Skip(1).Take(8).Aggregate(0ul, (sum, column) => sum + ulong.Parse(column, CultureInfo.InvariantCulture)) * TickNanoseconds;
    }

    /// <summary>MemTotal of /proc/meminfo, in bytes.</summary>
    public static ulong Memory()
    {
        foreach (var line in File.ReadLines("/proc/meminfo"))
        {
            if (line.StartsWith("MemTotal:", StringComparison.Ordinal))
                return ulong.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        return 0;
    }

    /// <summary>Interfaces of a process's network namespace but lo, from /proc/pid/net/dev; empty when it has gone.</summary>
    public static IReadOnlyList<InterfaceStats> Interfaces(int pid)
    {
        try
        {
            var result = new List<InterfaceStats>();
            foreach (var line in File.ReadLines($"/proc/{pid}/net/dev").Skip(2))
            {
                var colon = line.IndexOf(':');
                var name = line[..colon].Trim();
                if (name == "lo")
                    continue;
                ulong[] values = [.. line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(value => ulong.Parse(value, CultureInfo.InvariantCulture))];
                result.Add(new(name, values[0], values[1], values[2], values[3], values[8], values[9], values[10], values[11]));
            }
            return result;
        }
        catch (IOException)
        {
            return [];
        }
    }
}
