using System.Text.Json;
using System.Text.RegularExpressions;
using Dashboard.Tests.Contracts;

namespace Dashboard.Tests.Shared;

/// <summary>
/// What an engine holds of the host at one moment: mounts, cgroups, processes, namespaces, interfaces, rules, images, files.
/// Taken before a test and compared after it, when every container is gone again.
/// </summary>
internal sealed partial class LeakCheck
{
    // Kernel objects go asynchronously: a veth some milliseconds after its namespace, a process after its cgroup.
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(5);
    private readonly IDockerHost _host;
    private readonly HashSet<string> _before;

    private LeakCheck(IDockerHost host, HashSet<string> before)
    {
        _host = host;
        _before = before;
    }

    public static async Task<LeakCheck> BeginAsync(IDockerHost host) => new(host, await SnapshotAsync(host));

    /// <summary>Fails with the list of things that are there now and were not before.</summary>
    public async Task AssertNothingLeftAsync()
    {
        IReadOnlyList<string> left = [];
        try
        {
            await Eventually.GetAsync<object>(
                async () =>
                {
                    left = (await SnapshotAsync(_host)).Except(_before).Order(StringComparer.Ordinal).ToList();
                    return left.Count == 0 ? left : null;
                },
                s_settle,
                () => "");
        }
        catch (TimeoutException)
        {
            Assert.Fail($"left behind:\n  {string.Join("\n  ", left)}\n--- engine\n{_host.LogTail}");
        }
    }

    private static async Task<HashSet<string>> SnapshotAsync(IDockerHost host)
    {
        var all = new HashSet<string>();
        all.UnionWith(HostState.MountsBelow(host.DataRoot, host.RunRoot).Select(path => "mount " + path));
        all.UnionWith(HostState.Cgroups(host.CgroupMark).Select(path => "cgroup " + path));
        // A daemon's own helpers come and go with its pid space; threads and pids are not compared, command lines are.
        all.UnionWith(HostState.Processes(host.CgroupMark, host.RunRoot).Values.Select(line => "process " + line));
        all.UnionWith((await InHostNetworkAsync(host, "ip", "-o", "link")).Select(line => "link " + InterfaceName().Match(line).Groups[1].Value));
        all.UnionWith((await InHostNetworkAsync(host, "nft", "list", "ruleset")).Select(line => "rule " + Counters().Replace(line, "").Trim()));
        all.UnionWith((await ImagesAsync(host)).Select(id => "image " + id));
        if (host.IsDashboard) all.UnionWith(HostState.NamespacesHeldBy(host.Pid).Select(name => "open namespace " + name));
        if (host.IsDashboard) all.UnionWith(SocketNamespaces.Of(host.Pid).Select(name => "socket in namespace " + name));
        if (host.IsDashboard) all.UnionWith(Files(host.DataRoot).Concat(Files(host.RunRoot)).Select(path => "file " + path));
        return all;
    }

    private static async Task<List<string>> ImagesAsync(IDockerHost host)
    {
        using var wire = await WireConnection.OpenAsync(host.SocketPath);
        await wire.SendAsync("GET", "/v1.41/images/json?all=1");
        return [.. JsonDocument.Parse(await wire.ReadTextAsync()).RootElement.EnumerateArray().Select(image => image.GetProperty("Id").GetString()!)];
    }

    private static async Task<string[]> InHostNetworkAsync(IDockerHost host, params string[] argv) =>
        (await host.Network.RunInsideAsync(argv)).MustSucceed().Lines;

    // Databases and logs change by themselves, and their names say so.
    private static IEnumerable<string> Files(string root) => Directory
        .EnumerateFileSystemEntries(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, MaxRecursionDepth = 5 })
        .Where(path => !VolatileFile().IsMatch(path));

    [GeneratedRegex(@"^\d+: ([^:@]+)")]
    private static partial Regex InterfaceName();

    [GeneratedRegex(@"counter packets \d+ bytes \d+|# handle \d+")]
    private static partial Regex Counters();

    [GeneratedRegex(@"\.db(-wal|-shm|-journal)?$|/keys/|/protection/|/server\.log")]
    private static partial Regex VolatileFile();
}
