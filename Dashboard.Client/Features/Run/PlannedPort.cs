namespace Dashboard.Client.Features.Run;

/// <summary>A port to publish; an empty host port takes a free one.</summary>
public sealed record PlannedPort(string HostAddress, string HostPort, int ContainerPort, string Protocol)
{
    public string Key => $"{ContainerPort}/{Protocol}";

    /// <summary>As docker run -p takes it.</summary>
    public override string ToString()
    {
        var address = HostAddress.Contains(':', StringComparison.Ordinal) ? $"[{HostAddress}]" : HostAddress;
        var host = address.Length > 0 ? $"{address}:{HostPort}:" : HostPort.Length > 0 ? $"{HostPort}:" : "";
        return $"{host}{(Protocol == "tcp" ? $"{ContainerPort}" : Key)}";
    }
}
