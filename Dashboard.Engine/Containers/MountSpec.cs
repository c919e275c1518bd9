using System.Text.Json;

namespace Dashboard.Engine.Containers;

/// <summary>Docker's <c>Mount</c>: an entry of <c>HostConfig.Mounts</c>. Names are the wire names.</summary>
public sealed record MountSpec
{
    public string Type { get; set; } = "";
    public string Source { get; set; } = "";
    public string Target { get; set; } = "";
    public bool ReadOnly { get; set; }
    /// <summary>Means something on other systems only.</summary>
    public string Consistency { get; set; } = "";
    public MountBindOptions? BindOptions { get; set; }
    public MountVolumeOptions? VolumeOptions { get; set; }
    public JsonElement? ImageOptions { get; set; }
    public MountTmpfsOptions? TmpfsOptions { get; set; }
    public JsonElement? ClusterOptions { get; set; }
}

public sealed record MountBindOptions
{
    public string Propagation { get; set; } = "";
    public bool NonRecursive { get; set; }
    public bool CreateMountpoint { get; set; }
    public bool ReadOnlyNonRecursive { get; set; }
    public bool ReadOnlyForceRecursive { get; set; }
}

public sealed record MountVolumeOptions
{
    public bool NoCopy { get; set; }
    public IReadOnlyDictionary<string, string>? Labels { get; set; }
    public string Subpath { get; set; } = "";
    public MountDriver? DriverConfig { get; set; }
}

public sealed record MountDriver
{
    public string Name { get; set; } = "";
    public IReadOnlyDictionary<string, string>? Options { get; set; }
}

public sealed record MountTmpfsOptions
{
    public long SizeBytes { get; set; }
    public uint Mode { get; set; }
    /// <summary>Each a word, or a word and its value.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Options { get; set; }
}
