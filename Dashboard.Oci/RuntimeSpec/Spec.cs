using System.Text.Json.Serialization;

namespace Dashboard.Oci.RuntimeSpec;

/// <summary>
/// The part of an OCI runtime <c>config.json</c> that this product writes and reads.
/// Source: OCI runtime-spec v1.2, config.md and config-linux.md.
/// </summary>
public sealed record Spec
{
    public string OciVersion { get; set; } = "1.0.2";
    public required Process Process { get; init; }
    public required Root Root { get; init; }
    public string? Hostname { get; set; }
    public string? Domainname { get; set; }
    public IReadOnlyList<Mount> Mounts { get; set; } = [];
    public IReadOnlyDictionary<string, string>? Annotations { get; set; }
    public LinuxSpec Linux { get; set; } = new();
}

/// <summary>The root file system; a relative path is relative to the bundle (config.md, "Root").</summary>
public sealed record Root
{
    public required string Path { get; init; }
    public bool Readonly { get; set; }
}

/// <summary>One mount, made in list order inside the new root (config.md, "Mounts").</summary>
public sealed record Mount
{
    public required string Destination { get; init; }
    public string? Type { get; set; }
    public string? Source { get; set; }
    /// <summary>Our addition: the part of a bind's source that is mounted. It is looked up beneath the source, and no link leads out of there.</summary>
    public string? Subpath { get; set; }
    public IReadOnlyList<string> Options { get; set; } = [];
}

/// <summary>The process to run; also the body of an exec (config.md, "Process").</summary>
public sealed record Process
{
    public bool Terminal { get; set; }
    public ConsoleSize? ConsoleSize { get; set; }
    public required string Cwd { get; init; }
    public IReadOnlyList<string> Env { get; set; } = [];
    public IReadOnlyList<string> Args { get; set; } = [];
    public User User { get; set; } = new();
    public IReadOnlyList<Rlimit> Rlimits { get; set; } = [];
    public Capabilities? Capabilities { get; set; }
    public bool NoNewPrivileges { get; set; }
    public int? OomScoreAdj { get; set; }
}

public sealed record ConsoleSize
{
    public uint Height { get; set; }
    public uint Width { get; set; }
}

/// <summary>Numeric ids only: names are resolved against the image before the spec is written.</summary>
public sealed record User
{
    public uint Uid { get; set; }
    public uint Gid { get; set; }
    public uint? Umask { get; set; }
    public IReadOnlyList<uint> AdditionalGids { get; set; } = [];
}

/// <summary>A resource limit; <see cref="Type"/> is <c>RLIMIT_NOFILE</c> and the like (getrlimit(2)).</summary>
public sealed record Rlimit
{
    public required string Type { get; init; }
    public ulong Soft { get; set; }
    public ulong Hard { get; set; }
}

/// <summary>Capability names with their <c>CAP_</c> prefix (capabilities(7)).</summary>
public sealed record Capabilities
{
    public IReadOnlyList<string> Bounding { get; set; } = [];
    public IReadOnlyList<string> Effective { get; set; } = [];
    public IReadOnlyList<string> Inheritable { get; set; } = [];
    public IReadOnlyList<string> Permitted { get; set; } = [];
    public IReadOnlyList<string> Ambient { get; set; } = [];
}
