using Dashboard.Tests.Shared;

namespace Dashboard.Bench;

/// <summary>One running engine and its figures by the name of the work.</summary>
internal sealed class Contestant(string name, IDockerHost host) : IAsyncDisposable
{
    private readonly Dictionary<string, Series> _series = [];

    public string Name { get; } = name;
    public IDockerHost Host { get; } = host;
    public EngineClient Client { get; } = new(host.SocketPath);

    public Series this[string work] => _series.TryGetValue(work, out var series) ? series : _series[work] = new Series();

    public bool Has(string work) => _series.ContainsKey(work);

    /// <summary>PSS in MiB of the engine's own processes: daemons, shims and proxies, without what runs in the containers.</summary>
    public double Memory() => EngineProcesses().Sum(ProportionalKilobytes) / 1024.0;

    /// <summary>How many processes that is.</summary>
    public int Processes() => EngineProcesses().Count();

    /// <summary>Seconds of processor that these processes have used since they began (proc(5) stat, fields 14 and 15, in ticks of 10 ms).</summary>
    public double ProcessorSeconds() => EngineProcesses().Sum(Ticks) / 100.0;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }

    // Every process of an engine has its work directory on its command line; those in containers have not.
    private IEnumerable<int> EngineProcesses() => HostState.Processes("\0", Path.GetDirectoryName(Host.RunRoot)!).Keys;

    private static long Ticks(int pid)
    {
        try
        {
            // After the name, which may have spaces: state is field 3.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return long.Parse(fields[11]) + long.Parse(fields[12]);
        }
        catch (IOException)
        {
            return 0; // It has ended.
        }
    }

    // "Pss:                1234 kB"
    private static long ProportionalKilobytes(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/smaps_rollup").First(each => each.StartsWith("Pss:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return 0; // It has ended.
        }
    }
}
