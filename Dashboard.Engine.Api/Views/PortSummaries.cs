using System.Globalization;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;

namespace Dashboard.Engine.Api.Views;

/// <summary>Ports of a container in the two forms of the API. Without a running container there are none.</summary>
internal static class PortSummaries
{
    /// <summary><c>80/tcp</c> and its bindings; null for a port that is exposed and not published.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<PortBinding>?> Map(Container container)
    {
        var ports = new SortedDictionary<string, IReadOnlyList<PortBinding>?>(StringComparer.Ordinal);
        if (!container.State.IsRunning || !container.Networks.Values.Any(place => place.Lease is not null)) return ports;
        foreach (var exposed in container.Config.ExposedPorts?.Keys ?? []) ports[Key(exposed)] = null;
        foreach (var bound in container.BoundPorts.GroupBy(port => $"{port.ContainerPort}/{port.Protocol}"))
            ports[bound.Key] = [.. bound.Select(port => new PortBinding { HostIp = port.HostAddress.ToString(), HostPort = port.HostPort.ToString(CultureInfo.InvariantCulture) })];
        return ports;
    }

    public static IReadOnlyList<PortSummary> Of(Container container)
    {
        var ports = new List<PortSummary>();
        foreach (var (key, bindings) in Map(container))
        {
            var (port, protocol) = ParseKey(key);
            if (bindings is null) ports.Add(new PortSummary(null, port, 0, protocol));
            else ports.AddRange(bindings.Select(binding => new PortSummary(binding.HostIp, port, int.Parse(binding.HostPort, CultureInfo.InvariantCulture), protocol)));
        }

        return ports;
    }

    /// <summary><c>80/tcp</c>; without a protocol it is tcp, and of a range the first counts.</summary>
    public static (int Port, string Protocol) ParseKey(string key)
    {
        var slash = key.IndexOf('/');
        var port = (slash < 0 ? key : key[..slash]).Split('-')[0];
        return (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0, slash < 0 ? "tcp" : key[(slash + 1)..]);
    }

    private static string Key(string exposed) => exposed.Contains('/') ? exposed : exposed + "/tcp";
}
