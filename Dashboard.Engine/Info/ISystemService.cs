namespace Dashboard.Engine.Info;

/// <summary>What the host and this engine are: the facts behind <c>docker info</c> and <c>docker version</c>.</summary>
public interface ISystemService
{
    HostFacts Facts { get; }
}

public sealed record HostFacts
{
    public required string EngineId { get; init; }
    public required string Hostname { get; init; }
    public required string KernelVersion { get; init; }
    public required string OperatingSystem { get; init; }
    public required string OsVersion { get; init; }
    /// <summary><c>x86_64</c> or <c>aarch64</c>.</summary>
    public required string Architecture { get; init; }
    public required int Cpus { get; init; }
    public required long MemoryBytes { get; init; }
    /// <summary><c>1</c> or <c>2</c>.</summary>
    public required string CgroupVersion { get; init; }
    public required string DataRoot { get; init; }
    public required string RuntimeVersion { get; init; }
    public required string EngineVersion { get; init; }
    /// <summary>What was looked for and is missing or degraded, one sentence each, with the way out.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
    public IReadOnlyList<string> SecurityOptions { get; init; } = [];
    public IReadOnlyDictionary<string, bool> Limits { get; init; } = new Dictionary<string, bool>();
}
