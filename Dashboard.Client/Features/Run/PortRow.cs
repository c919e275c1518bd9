namespace Dashboard.Client.Features.Run;

/// <summary>A port as it is being typed.</summary>
public sealed class PortRow
{
    /// <summary>8080, 127.0.0.1:8080, [::1]:8080, or nothing for a free one.</summary>
    public string Host { get; set; } = "";
    public string Container { get; set; } = "";
    public string Protocol { get; set; } = "tcp";

    public bool IsEmpty => Host.Length == 0 && Container.Length == 0;
}
