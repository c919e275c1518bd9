using System.Globalization;
using System.Net;
using System.Text;
using Dashboard.Engine.Containers.Links;
using Dashboard.Engine.Networking;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>
/// The files that are bound into a container: /etc/hostname, /etc/hosts and /etc/resolv.conf. They are written anew at each
/// start, and changed in place while it runs: a bind mount shows the file, not its name.
/// </summary>
internal sealed class SystemFiles(EngineOptions options, INetworkService network, ContainerLinks links)
{
    // A minimal host may have none.
    private const string HostsOfHost = "/etc/hosts";
    private const string LocalNames = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

    /// <summary>Not for a container that uses another's network: it sees the other's files.</summary>
    public void Write(Container container)
    {
        Directory.CreateDirectory(options.ContainerDataDir(container.Id));
        File.WriteAllText(PathOf(container, "hostname"), container.Config.Hostname + "\n");
        File.WriteAllText(PathOf(container, "hosts"), Hosts(container));
        File.WriteAllText(PathOf(container, "resolv.conf"), ResolvConf(container));
    }

    /// <summary>It has joined a network while it runs.</summary>
    /// <param name="before">Without that network.</param>
    public void Join(Container before, Container container, EndpointLease lease)
    {
        File.AppendAllText(PathOf(container, "hosts"), string.Concat(Lines(container, lease)));
        // Whoever wrote a file of his own keeps it.
        if (File.ReadAllText(PathOf(container, "resolv.conf")) == ResolvConf(before))
            File.WriteAllText(PathOf(container, "resolv.conf"), ResolvConf(container));
    }

    /// <summary>It has left a network while it runs. The resolver stays as it is: the next network may come at once.</summary>
    public void Leave(Container container, EndpointLease lease)
    {
        string[] gone = [lease.Address.ToString(), lease.Address6?.ToString() ?? ""];
        var kept = File.ReadLines(PathOf(container, "hosts")).Where(line => !gone.Contains(line.Split('\t', 2)[0]) || line.Length == 0).ToList();
        File.WriteAllText(PathOf(container, "hosts"), string.Concat(kept.Select(line => line + '\n')));
    }

    /// <summary>Somebody that it links to has started again.</summary>
    public void Relink(Container container)
    {
        var linked = links.Hosts(container).DistinctBy(link => link.Names).ToDictionary(link => link.Names, link => link.Address);
        try
        {
            var lines = File.ReadLines(PathOf(container, "hosts")).ToList();
            var renewed = lines.Select(line => line.Split('\t', 2) is [_, var names] && linked.TryGetValue(names, out var address) ? $"{address}\t{names}" : line).ToList();
            if (!renewed.SequenceEqual(lines))
                File.WriteAllText(PathOf(container, "hosts"), string.Concat(renewed.Select(line => line + '\n')));
        }
        catch (IOException)
        {
            // A line that is out of date in another container's file must not end a start that has come about.
        }
    }

    private string Hosts(Container container)
    {
        var text = new StringBuilder(KindOf(container) is ResolverKind.Host && File.Exists(HostsOfHost) ? File.ReadAllText(HostsOfHost) : LocalNames);
        if (text.Length > 0 && text[^1] != '\n')
            text.Append('\n');
        foreach (var entry in container.HostConfig.ExtraHosts ?? [])
        {
            var separator = entry.IndexOfAny([':', '=']);
            var address = entry[(separator + 1)..].Trim('[', ']');
            text.Append(CultureInfo.InvariantCulture, $"{(address is "host-gateway" ? HostGateway() : address)}\t{entry[..separator]}\n");
        }
        foreach (var (address, names) in links.Hosts(container))
            text.Append(CultureInfo.InvariantCulture, $"{address}\t{names}\n");
        foreach (var place in container.Networks.Values.OrderBy(place => place.Lease?.Interface, StringComparer.Ordinal))
        {
            if (place.Lease is { } lease)
                text.AppendJoin("", Lines(container, lease));
        }
        return text.ToString();
    }

    private static IEnumerable<string> Lines(Container container, EndpointLease lease)
    {
        yield return $"{lease.Address}\t{FullName(container.Config)}\n";
        if (lease.Address6 is { } six)
            yield return $"{six}\t{FullName(container.Config)}\n";
    }

    private string ResolvConf(Container container)
    {
        var host = container.HostConfig;
        return network.ResolvConf(host.Dns ?? [], host.DnsSearch ?? [], host.DnsOptions ?? [], KindOf(container));
    }

    private ResolverKind KindOf(Container container)
    {
        if (container.HostConfig.NetworkMode is Create.NetworkModes.Host)
            return ResolverKind.Host;
        return container.Networks.Keys.Any(name => network.Find(name) is { IsPredefined: false }) ? ResolverKind.Embedded : ResolverKind.Bridge;
    }

    private static string FullName(ContainerConfig config) =>
        config.Domainname is "" ? config.Hostname : $"{config.Hostname}.{config.Domainname} {config.Hostname}";

    private IPAddress HostGateway() =>
        network.Networks.First(candidate => candidate.IsDefaultBridge).Gateway ?? IPAddress.Loopback;

    private string PathOf(Container container, string name) => Path.Combine(options.ContainerDataDir(container.Id), name);
}
