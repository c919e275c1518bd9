using System.Text.Json.Serialization;

namespace Dashboard.Oci.RuntimeSpec;

/// <summary>
/// The part of an OCI runtime <c>config.json</c> that this product writes and reads.
/// Source: OCI runtime-spec v1.2, config.md and config-linux.md.
/// </summary>
public sealed record Spec
{
    public string OciVersion { get; init; } = "1.0.2";
    public required Process Process { get; init; }
    public required Root Root { get; init; }
    public string? Hostname { get; init; }
    public string? Domainname { get; init; }
    public IReadOnlyList<Mount> Mounts { get; init; } = [];
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public LinuxSpec Linux { get; init; } = new();
}

/// <summary>The root file system; a relative path is relative to the bundle (config.md, "Root").</summary>
public sealed record Root
{
    public required string Path { get; init; }
    public bool Readonly { get; init; }
}

/// <summary>One mount, made in list order inside the new root (config.md, "Mounts").</summary>
public sealed record Mount
{
    public required string Destination { get; init; }
    public string? Type { get; init; }
    public string? Source { get; init; }
    public IReadOnlyList<string> Options { get; init; } = [];
}

/// <summary>The process to run; also the body of an exec (config.md, "Process").</summary>
public sealed record Process
{
    public bool Terminal { get; init; }
    public ConsoleSize? ConsoleSize { get; init; }
    public required string Cwd { get; init; }
    public IReadOnlyList<string> Env { get; init; } = [];
    public IReadOnlyList<string> Args { get; init; } = [];
    public User User { get; init; } = new();
    public IReadOnlyList<Rlimit> Rlimits { get; init; } = [];
    public Capabilities? Capabilities { get; init; }
    public bool NoNewPrivileges { get; init; }
    public int? OomScoreAdj { get; init; }
}

public sealed record ConsoleSize
{
    public uint Height { get; init; }
    public uint Width { get; init; }
}

/// <summary>Numeric ids only: names are resolved against the image before the spec is written.</summary>
public sealed record User
{
    public uint Uid { get; init; }
    public uint Gid { get; init; }
    public uint? Umask { get; init; }
    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];
}

/// <summary>A resource limit; <see cref="Type"/> is <c>RLIMIT_NOFILE</c> and the like (getrlimit(2)).</summary>
public sealed record Rlimit
{
    public required string Type { get; init; }
    public ulong Soft { get; init; }
    public ulong Hard { get; init; }
}

/// <summary>Capability names with their <c>CAP_</c> prefix (capabilities(7)).</summary>
public sealed record Capabilities
{
    public IReadOnlyList<string> Bounding { get; init; } = [];
    public IReadOnlyList<string> Effective { get; init; } = [];
    public IReadOnlyList<string> Inheritable { get; init; } = [];
    public IReadOnlyList<string> Permitted { get; init; } = [];
    public IReadOnlyList<string> Ambient { get; init; } = [];
}
