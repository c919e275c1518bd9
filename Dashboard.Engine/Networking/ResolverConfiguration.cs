using System.Net;
using System.Text;

namespace Dashboard.Engine.Networking;

/// <summary>
/// /etc/resolv.conf of a container (resolv.conf(5)): the host's, but a resolver on the host's loopback is out of a
/// container's reach. Docker's order of remedies: systemd-resolved's real servers, then public ones.
/// </summary>
internal static class ResolverConfiguration
{
    private const string Host = "/etc/resolv.conf", Resolved = "/run/systemd/resolve/resolv.conf";

    public static string Build(IReadOnlyList<string> dns, IReadOnlyList<string> search, IReadOnlyList<string> options, bool hostNetwork)
    {
        var lines = Lines(Host);
        if (!hostNetwork && Servers(lines).All(IsLoopback) && File.Exists(Resolved))
            lines = Lines(Resolved);
        string[] servers = dns.Count > 0 ? [.. dns] : [.. Servers(lines).Where(server => hostNetwork || !IsLoopback(server))];
        if (servers.Length == 0)
            servers = ["8.8.8.8", "8.8.4.4"];
        var text = new StringBuilder();
        foreach (var server in servers)
            text.Append("nameserver ").Append(server).Append('\n');
        string[] domains = search.Count > 0 ? [.. search.Where(domain => domain != ".")] : Values(lines, "search");
        if (domains.Length > 0)
            text.Append("search ").AppendJoin(' ', domains).Append('\n');
        string[] wanted = options.Count > 0 ? [.. options] : Values(lines, "options");
        if (wanted.Length > 0)
            text.Append("options ").AppendJoin(' ', wanted).Append('\n');
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
