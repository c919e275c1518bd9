using System.Globalization;
using System.Net;
using System.Text;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Networking;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>The files that are bound into a container: /etc/hostname, /etc/hosts and /etc/resolv.conf.</summary>
internal sealed class SystemFiles(EngineOptions options, INetworkService network)
{
    private const string LocalNames = "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n";

    public void Write(Container container)
    {
        var directory = options.ContainerDataDir(container.Id);
        Directory.CreateDirectory(directory);
        var hostNetwork = container.HostConfig.NetworkMode is NetworkModes.Host;
        File.WriteAllText(Path.Combine(directory, "hostname"), container.Config.Hostname + "\n");
        File.WriteAllText(Path.Combine(directory, "hosts"), Hosts(container, hostNetwork));
        var host = container.HostConfig;
        File.WriteAllText(Path.Combine(directory, "resolv.conf"), network.ResolvConf(host.Dns ?? [], host.DnsSearch ?? [], host.DnsOptions ?? [], hostNetwork));
    }

    private string Hosts(Container container, bool hostNetwork)
    {
        var text = new StringBuilder(hostNetwork ? File.ReadAllText("/etc/hosts") : LocalNames);
        if (text.Length > 0 && text[^1] != '\n')
            text.Append('\n');
        foreach (var entry in container.HostConfig.ExtraHosts ?? [])
        {
            var separator = entry.IndexOfAny([':', '=']);
            var address = entry[(separator + 1)..].Trim('[', ']');
            text.Append(CultureInfo.InvariantCulture, $"{(address is "host-gateway" ? HostGateway() : address)}\t{entry[..separator]}\n");
        }
        if (container.Endpoint is { } endpoint)
            text.Append(CultureInfo.InvariantCulture, $"{endpoint.Address}\t{FullName(container.Config)}\n");
        return text.ToString();
    }

    private static string FullName(ContainerConfig config) =>
        config.Domainname is "" ? config.Hostname : $"{config.Hostname}.{config.Domainname} {config.Hostname}";

    private IPAddress HostGateway() =>
        network.Networks.First(candidate => candidate.Name is NetworkModes.Bridge).Gateway ?? IPAddress.Loopback;
}
