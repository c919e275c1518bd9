using System.Globalization;
using Dashboard.Linux.Cgroups;

namespace Dashboard.Engine.Stats;

/// <summary>The counters of one container's cgroup, v1 or v2, in the units of <see cref="ContainerStats"/>.</summary>
internal sealed class CgroupReader(CgroupLayout layout, string path)
{
    // USER_HZ is 100 on every architecture that we run on (getconf CLK_TCK).
    private const ulong TickNanoseconds = 10_000_000;
    private const ulong Unlimited = 0x7fff_ffff_ffff_f000;

    public ContainerStats Fill(ContainerStats stats, ulong hostMemory) => layout.IsV2 ? V2(stats, hostMemory) : V1(stats, hostMemory);

    private ContainerStats V1(ContainerStats stats, ulong hostMemory)
    {
        var cpu = Fields(Of("cpuacct", "cpuacct.stat"));
        var throttle = Fields(Of("cpu", "cpu.stat"));
        var limit = Number(Of("memory", "memory.limit_in_bytes"));
        return stats with
        {
            CgroupV2 = false,
            CpuTotal = Number(Of("cpuacct", "cpuacct.usage")),
            CpuUser = cpu.GetValueOrDefault("user") * TickNanoseconds,
            CpuKernel = cpu.GetValueOrDefault("system") * TickNanoseconds,
            PerCpu = [.. Text(Of("cpuacct", "cpuacct.usage_percpu")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse)],
            ThrottlePeriods = throttle.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = throttle.GetValueOrDefault("nr_throttled"),
            ThrottledTime = throttle.GetValueOrDefault("throttled_time"),
            MemoryUsage = Number(Of("memory", "memory.usage_in_bytes")),
            MemoryMaxUsage = Number(Of("memory", "memory.max_usage_in_bytes")),
            MemoryFailCount = Number(Of("memory", "memory.failcnt")),
            MemoryLimit = limit is 0 or >= Unlimited ? hostMemory : Math.Min(limit, hostMemory),
            MemoryDetail = Fields(Of("memory", "memory.stat")),
            Pids = Number(Of("pids", "pids.current")),
            PidsLimit = Limit(Of("pids", "pids.max")),
            BlockIo = BlockIoV1(Text(Of("blkio", "blkio.throttle.io_service_bytes"))),
        };
    }

    private ContainerStats V2(ContainerStats stats, ulong hostMemory)
    {
        var home = layout.Unified + path;
        var cpu = Fields($"{home}/cpu.stat");
        return stats with
        {
            CgroupV2 = true,
            CpuTotal = cpu.GetValueOrDefault("usage_usec") * 1000,
            CpuUser = cpu.GetValueOrDefault("user_usec") * 1000,
            CpuKernel = cpu.GetValueOrDefault("system_usec") * 1000,
            ThrottlePeriods = cpu.GetValueOrDefault("nr_periods"),
            ThrottledPeriods = cpu.GetValueOrDefault("nr_throttled"),
            ThrottledTime = cpu.GetValueOrDefault("throttled_usec") * 1000,
            MemoryUsage = Number($"{home}/memory.current"),
            MemoryLimit = Math.Min(Limit($"{home}/memory.max") ?? hostMemory, hostMemory),
            MemoryDetail = Fields($"{home}/memory.stat"),
            Pids = Number($"{home}/pids.current"),
            PidsLimit = Limit($"{home}/pids.max"),
            BlockIo = BlockIoV2(Text($"{home}/io.stat")),
        };
    }

    private string Of(string controller, string file) => $"{layout.V1MountOf(controller)}{path}/{file}";

    // "254:0 Read 4096"
    private static List<BlockIoStat> BlockIoV1(string text)
    {
        var result = new List<BlockIoStat>();
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(' ') is [var device, "Read" or "Write", var value] && device.Split(':') is [var major, var minor])
                result.Add(new(Parse(major), Parse(minor), line.Split(' ')[1].ToLowerInvariant(), Parse(value)));
        }
        return result;
    }

    // "254:0 rbytes=4096 wbytes=0 rios=1 ..."
    private static List<BlockIoStat> BlockIoV2(string text)
    {
        var result = new List<BlockIoStat>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            if (words[0].Split(':') is not [var major, var minor])
                continue;
            foreach (var word in words.Skip(1))
            {
                if (word.Split('=') is ["rbytes" or "wbytes", var value])
                    result.Add(new(Parse(major), Parse(minor), word[0] == 'r' ? "read" : "write", Parse(value)));
            }
        }
        return result;
    }

    private static Dictionary<string, ulong> Fields(string file)
    {
        var fields = new Dictionary<string, ulong>();
        foreach (var line in Text(file).Split('\n'))
        {
            if (line.Split(' ') is [var key, var value] && ulong.TryParse(value, out var number))
                fields[key] = number;
        }
        return fields;
    }

    private static ulong? Limit(string file) => ulong.TryParse(Text(file), out var value) ? value : null;

    private static ulong Number(string file) => Limit(file) ?? 0;

    private static ulong Parse(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Empty when the container went between two reads, or the host lacks the controller.</summary>
    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\n');
        }
        catch (IOException)
        {
            return "";
        }
    }
}
