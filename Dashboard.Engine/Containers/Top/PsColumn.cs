using System.Globalization;

namespace Dashboard.Engine.Containers.Top;

/// <summary>What a cell needs beside the process.</summary>
internal sealed record PsContext(IReadOnlyDictionary<uint, string> UserNames, DateTimeOffset Boot, DateTimeOffset Now, long TotalMemory)
{
    public TimeSpan Elapsed(ProcessFacts process) => Now - (Boot + process.SinceBoot);
}

/// <summary>A column of ps(1), by the names of its <c>-o</c> option.</summary>
internal sealed record PsColumn(string Title, Func<ProcessFacts, PsContext, string> Cell)
{
    public static readonly PsColumn StartShort = new("STIME", Start);
    public static readonly PsColumn CpuWhole = new("C", (process, context) => Math.Min(99, (int)CpuPercent(process, context)).ToString(CultureInfo.InvariantCulture));
    public static readonly PsColumn TimeShort = new("TIME", (process, _) => $"{(long)process.Cpu.TotalMinutes}:{process.Cpu.Seconds:00}");
    public static readonly PsColumn UserAsUid = new("UID", User);

    private static readonly Dictionary<string, PsColumn> ByName = new()
    {
        ["pid"] = Number("PID", process => process.Pid),
        ["ppid"] = Number("PPID", process => process.ParentPid),
        ["pgid"] = Number("PGID", process => process.Group),
        ["sid"] = Number("SID", process => process.Session),
        ["uid"] = Number("UID", process => process.Uid),
        ["user"] = new("USER", User),
        ["comm"] = new("COMMAND", (process, _) => process.Name),
        ["cmd"] = new("CMD", (process, _) => process.CommandLine),
        ["args"] = new("COMMAND", (process, _) => process.CommandLine),
        ["tty"] = new("TT", (process, _) => Terminal(process)),
        ["stat"] = new("STAT", (process, _) => States(process)),
        ["s"] = new("S", (process, _) => process.State.ToString()),
        ["ni"] = Number("NI", process => process.Nice),
        ["nlwp"] = Number("NLWP", process => process.Threads),
        ["time"] = new("TIME", (process, _) => Long(process.Cpu)),
        ["etime"] = new("ELAPSED", (process, context) => Elapsed(context.Elapsed(process))),
        ["stime"] = StartShort,
        ["start"] = new("STARTED", (process, context) => (context.Boot + process.SinceBoot).ToLocalTime().ToString("HH:mm:ss")),
        ["rss"] = Number("RSS", process => ResidentBytes(process) / 1024),
        ["vsz"] = Number("VSZ", process => process.VirtualBytes / 1024),
        ["pcpu"] = new("%CPU", (process, context) => CpuPercent(process, context).ToString("0.0")),
        ["pmem"] = new("%MEM", (process, context) => (100.0 * ResidentBytes(process) / context.TotalMemory).ToString("0.0")),
    };

    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["%cpu"] = "pcpu", ["%mem"] = "pmem", ["command"] = "args", ["ucmd"] = "comm", ["ucomm"] = "comm", ["euid"] = "uid", ["euser"] = "user",
        ["uname"] = "user", ["tt"] = "tty", ["tname"] = "tty", ["state"] = "s", ["cputime"] = "time", ["rssize"] = "rss", ["vsize"] = "vsz",
        ["pgrp"] = "pgid", ["sess"] = "sid", ["session"] = "sid", ["nice"] = "ni", ["thcount"] = "nlwp", ["lstart"] = "start", ["start_time"] = "stime",
    };

    /// <summary>Null for one that is not served.</summary>
    public static PsColumn? Named(string name) => ByName.GetValueOrDefault(Aliases.GetValueOrDefault(name, name));

    private static PsColumn Number(string title, Func<ProcessFacts, long> value) =>
        new(title, (process, _) => value(process).ToString(CultureInfo.InvariantCulture));

    private static string User(ProcessFacts process, PsContext context) =>
        context.UserNames.TryGetValue(process.Uid, out var name) ? name.Length > 8 ? name[..7] + "+" : name : process.Uid.ToString(CultureInfo.InvariantCulture);

    private static long ResidentBytes(ProcessFacts process) => process.ResidentPages * Environment.SystemPageSize;

    private static double CpuPercent(ProcessFacts process, PsContext context) =>
        context.Elapsed(process) is { Ticks: > 0 } elapsed ? 100 * process.Cpu / elapsed : 0;

    private static string Start(ProcessFacts process, PsContext context)
    {
        var start = (context.Boot + process.SinceBoot).ToLocalTime();
        return start.Date == context.Now.ToLocalTime().Date ? start.ToString("HH:mm") : start.ToString("MMMdd");
    }

    private static string Long(TimeSpan time) => time.Days > 0 ? $"{time.Days:00}-{time:hh\\:mm\\:ss}" : time.ToString("hh\\:mm\\:ss");

    private static string Elapsed(TimeSpan time) => time switch
    {
        { Days: > 0 } => $"{time.Days:00}-{time:hh\\:mm\\:ss}",
        { Hours: > 0 } => time.ToString("hh\\:mm\\:ss"),
        _ => time.ToString("mm\\:ss"),
    };

    /// <summary>Majors 136 to 143 are pseudo-terminals, 4 the consoles (Documentation/admin-guide/devices.txt).</summary>
    private static string Terminal(ProcessFacts process)
    {
        var major = process.Terminal >> 8 & 0xFFF;
        var minor = (process.Terminal & 0xFF) | (process.Terminal >> 12 & 0xFFF00);
        return major switch
        {
            >= 136 and <= 143 => $"pts/{minor + ((major - 136) << 8)}",
            4 when minor < 64 => $"tty{minor}",
            _ => "?",
        };
    }

    private static string States(ProcessFacts process)
    {
        var text = process.State.ToString();
        if (process.Nice < 0)
            text += "<";
        else if (process.Nice > 0)
            text += "N";
        if (process.Session == process.Pid)
            text += "s";
        if (process.Threads > 1)
            text += "l";
        return process.ForegroundGroup == process.Group ? text + "+" : text;
    }
}
