using Dashboard.Engine.Errors;
using Dashboard.Engine.Tasks;

namespace Dashboard.Engine.Containers.Top;

/// <summary>
/// The processes of one container in the form of ps(1), read from /proc: a host need not have ps, and where it has, it
/// would be told to look at all processes for a few.
/// </summary>
internal static class ProcessTable
{
    private static readonly PsColumn[] Full =
        [PsColumn.UserAsUid, Column("pid"), Column("ppid"), PsColumn.CpuWhole, PsColumn.StartShort, Column("tty") with { Title = "TTY" }, Column("time"), Column("cmd")];

    private static readonly PsColumn[] Aux =
    [
        Column("user"), Column("pid"), Column("pcpu"), Column("pmem"), Column("vsz"), Column("rss"), Column("tty") with { Title = "TTY" }, Column("stat"),
        PsColumn.StartShort with { Title = "START" }, PsColumn.TimeShort, Column("args"),
    ];

    public static async Task<(IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<string>> Processes)> ReadAsync(
        IContainerTask task, string? psArguments, CancellationToken cancellationToken)
    {
        var columns = Columns(psArguments);
        var pids = await task.PidsAsync(cancellationToken);
        var context = Context();
        var rows = pids.Order().Select(ProcessFacts.Read).OfType<ProcessFacts>()
            .Select(process => (IReadOnlyList<string>)[.. columns.Select(column => column.Cell(process, context))]);
        return ([.. columns.Select(column => column.Title)], [.. rows]);
    }

    /// <exception cref="EngineException">An option of ps that is not served, by name.</exception>
    internal static IReadOnlyList<PsColumn> Columns(string? psArguments)
    {
        var words = (psArguments ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is [] or ["-ef"] or ["ef"] or ["-e", "-f"] or ["-f"])
            return Full;
        if (words is ["aux"] or ["-aux"] or ["au"] or ["u"])
            return Aux;
        var lists = new List<string>();
        for (var index = 0; index < words.Length; index++)
            Take(words, ref index, lists);
        var columns = lists.SelectMany(list => list.Split(',')).Select(Chosen).ToList();
        if (columns.Count == 0)
            throw NotServed(psArguments!);
        return columns.Exists(column => column.Title is "PID") ? columns : throw EngineException.Invalid("Couldn't find PID field in ps output");
    }

    // -o pid,cmd   -eo pid,cmd   -opid,cmd   -o pid -o cmd   -e
    private static void Take(string[] words, ref int index, List<string> lists)
    {
        var word = words[index];
        if (word is "-e" or "-A" or "-a" or "-x" or "ax" or "-ax")
            return;
        var at = word.IndexOf('o');
        if (at < 0 || word[..at].Trim('-', 'e', 'a', 'x', 'A') is not "")
            throw NotServed(word);
        if (at + 1 < word.Length)
            lists.Add(word[(at + 1)..]);
        else if (index + 1 < words.Length)
            lists.Add(words[++index]);
        else
            throw NotServed(word);
    }

    // cmd, or cmd=Heading
    private static PsColumn Chosen(string text)
    {
        var parts = text.Split('=', 2);
        var column = PsColumn.Named(parts[0]) ?? throw NotServed(parts[0]);
        return parts.Length == 2 && parts[1] is not "" ? column with { Title = parts[1] } : column;
    }

    private static PsColumn Column(string name) => PsColumn.Named(name)!;

    private static EngineException NotServed(string what) =>
        EngineException.Invalid($"ps: \"{what}\" is not served: use -ef, aux, or -o with a list of pid, ppid, user, uid, comm, args, cmd, stat, tty, time, etime, stime, rss, vsz, pcpu, pmem, ni, nlwp, pgid, sid");

    private static PsContext Context()
    {
        var boot = long.Parse(File.ReadLines("/proc/stat").First(line => line.StartsWith("btime ", StringComparison.Ordinal)).AsSpan(6));
        return new PsContext(HostUsers(), DateTimeOffset.FromUnixTimeSeconds(boot), DateTimeOffset.UtcNow, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    private static Dictionary<uint, string> HostUsers()
    {
        var names = new Dictionary<uint, string>();
        foreach (var line in File.Exists("/etc/passwd") ? File.ReadLines("/etc/passwd") : [])
        {
            if (line.Split(':') is [var name, _, var id, ..] && uint.TryParse(id, out var uid))
                names.TryAdd(uid, name);
        }
        return names;
    }
}
