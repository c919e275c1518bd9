using Docker.DotNet.Models;

namespace Dashboard.Client.Docker;

/// <summary>A port of the container; HostPort is null when it is only exposed.</summary>
public sealed record PublishedPort(string? HostAddress, int? HostPort, int ContainerPort, string Protocol)
{
    /// <summary>8088→80, 127.0.0.1:8088→80/udp, 80.</summary>
    public string Text
    {
        get
        {
            var container = Protocol == "tcp" ? $"{ContainerPort}" : $"{ContainerPort}/{Protocol}";
            if (HostPort is null)
                return container;
            return HostAddress is null or "0.0.0.0" or "::" ? $"{HostPort}→{container}" : $"{(HostAddress.Contains(':') ? $"[{HostAddress}]" : HostAddress)}:{HostPort}→{container}";
        }
    }

    /// <summary>Where a browser finds it; null when it is not published, or is not TCP.</summary>
    /// <param name="host">The host as this browser reaches it; an IPv6 address in brackets.</param>
    public string? LinkOn(string host)
    {
        if (HostPort is null || Protocol != "tcp")
            return null;
        return HostAddress is null or "0.0.0.0" or "::" ? $"http://{host}:{HostPort}" : $"http://{(HostAddress.Contains(':') ? $"[{HostAddress}]" : HostAddress)}:{HostPort}";
    }

    /// <summary>Ports as the engine lists them; the same one on 0.0.0.0 and on :: is shown once.</summary>
    public static IEnumerable<PublishedPort> From(IEnumerable<PortSummary>? ports) => (ports ?? [])
        .Select(port => new PublishedPort(port.PublicPort is > 0 ? port.IP : null, port.PublicPort is > 0 ? port.PublicPort : null, port.PrivatePort, port.Type ?? "tcp"))
        .OrderBy(port => port.HostPort is null).ThenBy(port => port.ContainerPort).ThenBy(port => port.HostPort)
        .DistinctBy(port => port.Text);
}
