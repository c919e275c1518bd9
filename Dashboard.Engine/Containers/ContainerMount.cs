namespace Dashboard.Engine.Containers;

/// <summary>One mount of a container as it was settled when it was created: durable, and what inspect shows.</summary>
public sealed record ContainerMount
{
    public const string Bind = "bind", Volume = "volume", Tmpfs = "tmpfs";

    public required string Type { get; init; }
    /// <summary>Of a volume; else empty.</summary>
    public string Name { get; init; } = "";
    /// <summary>On the host; empty for a tmpfs.</summary>
    public string Source { get; init; } = "";
    public required string Destination { get; init; }
    public string Driver { get; init; } = "";
    /// <summary>The option words as typed.</summary>
    public string Mode { get; init; } = "";
    public bool Writable { get; init; } = true;
    public string Propagation { get; init; } = "";
    /// <summary>A volume that nobody named: it goes with <c>rm -v</c>.</summary>
    public bool Anonymous { get; init; }
    /// <summary>An empty volume takes what the image has at this place.</summary>
    public bool CopyUp { get; init; }
    /// <summary>Of a volume: the part of it that is mounted.</summary>
    public string Subpath { get; init; } = "";
    /// <summary>Of a tmpfs: options as mount(8) takes them.</summary>
    public string Options { get; init; } = "";
    /// <summary>The mount alone, without those below its source.</summary>
    public bool NonRecursive { get; init; }
    /// <summary>Read-only for itself, while mounts below it stay as they are.</summary>
    public bool ReadOnlyNonRecursive { get; init; }
    /// <summary>Refused where the kernel cannot make it read-only all the way down.</summary>
    public bool ReadOnlyForceRecursive { get; init; }
    /// <summary>A missing source is made when the container starts.</summary>
    public bool MakeSource { get; init; }
}
