namespace Dashboard.Client.Features.Run;

/// <summary>A bind mount or volume as it is being typed.</summary>
public sealed class MountRow
{
    /// <summary>A path on the host, or the name of a volume.</summary>
    public string Source { get; set; } = "";
    public string Target { get; set; } = "";
    public bool ReadOnly { get; set; }

    public bool IsEmpty => Source.Length == 0 && Target.Length == 0;
}
