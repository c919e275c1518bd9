using System.Globalization;
using System.Text;

namespace Dashboard.Engine.Containers.Top;

/// <summary>One process as /proc tells it (proc(5)). Times in clock ticks of which there are always 100 a second.</summary>
internal sealed record ProcessFacts
{
    private const double TicksPerSecond = 100;

    public required int Pid { get; init; }
    public required int ParentPid { get; init; }
    public required int Group { get; init; }
    public required int Session { get; init; }
    public required char State { get; init; }
    public required string Name { get; init; }
    public required int Terminal { get; init; }
    public required int ForegroundGroup { get; init; }
    public required long CpuTicks { get; init; }
    public required long Nice { get; init; }
    public required long Threads { get; init; }
    public required long StartTicks { get; init; }
    public required long VirtualBytes { get; init; }
    public required long ResidentPages { get; init; }
    public required uint Uid { get; init; }
    public required string CommandLine { get; init; }

    public TimeSpan Cpu => TimeSpan.FromSeconds(CpuTicks / TicksPerSecond);
    public TimeSpan SinceBoot => TimeSpan.FromSeconds(StartTicks / TicksPerSecond);

    /// <summary>Null when it ended while we looked.</summary>
    public static ProcessFacts? Read(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var uid = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal));
            return Parse(pid, stat, uid, File.ReadAllBytes($"/proc/{pid}/cmdline"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // Gone: ENOENT at the opening, or ESRCH at the reading.
            return null;
        }
    }

    // 4242 (a name) (with brackets) S 1 4242 4242 34816 4242 4194560 ...
    internal static ProcessFacts Parse(int pid, string stat, string uidLine, byte[] commandLine)
    {
        var open = stat.IndexOf('(');
        var close = stat.LastIndexOf(')');
        var name = stat[(open + 1)..close];
        var fields = stat[(close + 2)..].Split(' ');
        return new ProcessFacts
        {
            Pid = pid,
            Name = name,
            State = fields[0][0],
            ParentPid = int.Parse(fields[1]),
            Group = int.Parse(fields[2]),
            Session = int.Parse(fields[3]),
            Terminal = int.Parse(fields[4]),
            ForegroundGroup = int.Parse(fields[5]),
            CpuTicks = long.Parse(fields[11]) + long.Parse(fields[12]),
            Nice = long.Parse(fields[16]),
            Threads = long.Parse(fields[17]),
            StartTicks = long.Parse(fields[19]),
            VirtualBytes = long.Parse(fields[20]),
            ResidentPages = long.Parse(fields[21]),
            Uid = uint.Parse(uidLine.Split('\t')[2], CultureInfo.InvariantCulture),
            CommandLine = Command(commandLine, name, fields[0][0]),
        };
    }

    private static string Command(byte[] commandLine, string name, char state)
    {
        var text = Encoding.UTF8.GetString(commandLine).TrimEnd('\0').Replace('\0', ' ');
        if (text is "")
            return state is 'Z' ? $"[{name}] <defunct>" : $"[{name}]";
        return string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
    }
}
