using System.Net;
using System.Text;

namespace Dashboard.Engine.Networking;

/// <summary>
/// /etc/resolv.conf of a container (resolv.conf(5)): the host's, but a resolver on the host's loopback is out of a
/// container's reach. Docker's order of remedies: systemd-resolved's real servers, then public ones. On a user-defined
/// network it names the engine's own resolver, and that one asks the servers.
/// </summary>
internal static class ResolverConfiguration
{
    private const string Host = "/etc/resolv.conf", Resolved = "/run/systemd/resolve/resolv.conf", Embedded = "127.0.0.11";

    public static string Build(IReadOnlyList<string> dns, IReadOnlyList<string> search, IReadOnlyList<string> options, ResolverKind kind)
    {
        var lines = Lines(Host);
        if (kind is ResolverKind.Bridge && Servers(lines).All(IsLoopback) && File.Exists(Resolved))
            lines = Lines(Resolved);
        string[] servers = kind switch
        {
            ResolverKind.Embedded => [Embedded],
            _ when dns.Count > 0 => [.. dns],
            _ => [.. Servers(lines).Where(server => kind is ResolverKind.Host || !IsLoopback(server))],
        };
        if (servers.Length == 0)
            servers = ["8.8.8.8", "8.8.4.4"];
        string[] domains = search.Count > 0 ? [.. search.Where(domain => domain != ".")] : Values(lines, "search");
        string[] wanted = options.Count > 0 ? [.. options] : Values(lines, "options");
        // Names of containers have no dot, and are to be asked as they are.
        if (kind is ResolverKind.Embedded && !wanted.Any(option => option.StartsWith("ndots:", StringComparison.Ordinal)))
            wanted = [.. wanted, "ndots:0"];
        return Write(servers, domains, wanted);
    }

    /// <summary>The host's servers as it has them now, loopback included; public ones where it has none.</summary>
    public static IReadOnlyList<string> HostServers()
    {
        string[] servers = [.. Servers(Lines(Host))];
        return servers.Length > 0 ? servers : ["8.8.8.8", "8.8.4.4"];
    }

    private static string Write(string[] servers, string[] domains, string[] options)
    {
        var text = new StringBuilder();
        if (domains.Length > 0)
            text.Append("search ").AppendJoin(' ', domains).Append('\n');
        foreach (var server in servers)
            text.Append("nameserver ").Append(server).Append('\n');
        if (options.Length > 0)
            text.Append("options ").AppendJoin(' ', options).Append('\n');
        return text.ToString();
    }

    private static string[] Lines(string path) => File.Exists(path) ? File.ReadAllLines(path) : [];

    private static IEnumerable<string> Servers(string[] lines) =>
        from line in lines
        let words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
        where words is ["nameserver", _, ..]
        select words[1];

    private static string[] Values(string[] lines, string keyword) =>
        lines.Select(line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).LastOrDefault(words => words.Length > 1 && words[0] == keyword)?[1..] ?? [];

    private static bool IsLoopback(string server) => IPAddress.TryParse(server.Split('%')[0], out var address) && IPAddress.IsLoopback(address);
}
