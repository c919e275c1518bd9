namespace Dashboard.Oci.RuntimeSpec;

/// <summary>OCI runtime-spec, config-linux.md.</summary>
public sealed record LinuxSpec
{
    public IReadOnlyList<Namespace> Namespaces { get; init; } = [];
    public IReadOnlyList<IdMapping>? UidMappings { get; init; }
    public IReadOnlyList<IdMapping>? GidMappings { get; init; }
    public IReadOnlyList<DeviceNode> Devices { get; init; } = [];
    /// <summary>Absolute: under the root of each controller's hierarchy.</summary>
    public string? CgroupsPath { get; init; }
    public Resources? Resources { get; init; }
    public string? RootfsPropagation { get; init; }
    public Seccomp? Seccomp { get; init; }
    public IReadOnlyDictionary<string, string>? Sysctl { get; init; }
    public IReadOnlyList<string> MaskedPaths { get; init; } = [];
    public IReadOnlyList<string> ReadonlyPaths { get; init; } = [];
}

/// <summary>Type is pid, network, mount, ipc, uts, user or cgroup. With a path the namespace is joined, without it is made.</summary>
public sealed record Namespace
{
    public required string Type { get; init; }
    public string? Path { get; init; }
}

public sealed record IdMapping
{
    public uint ContainerID { get; init; }
    public uint HostID { get; init; }
    public uint Size { get; init; }
}

public sealed record DeviceNode
{
    public required string Path { get; init; }
    /// <summary><c>c</c>, <c>b</c>, <c>u</c> or <c>p</c>.</summary>
    public required string Type { get; init; }
    public long Major { get; init; }
    public long Minor { get; init; }
    /// <summary>Permission bits, for example 438 (0666).</summary>
    public uint? FileMode { get; init; }
    public uint? Uid { get; init; }
    public uint? Gid { get; init; }
}

public sealed record Resources
{
    public IReadOnlyList<DeviceRule> Devices { get; init; } = [];
    public MemoryLimits? Memory { get; init; }
    public CpuLimits? Cpu { get; init; }
    public PidsLimit? Pids { get; init; }
    public BlockIoLimits? BlockIO { get; init; }
    /// <summary>cgroup v2 files, written as they are.</summary>
    public IReadOnlyDictionary<string, string>? Unified { get; init; }
}

/// <summary>Access is any of <c>rwm</c>; no major or minor means all.</summary>
public sealed record DeviceRule
{
    public bool Allow { get; init; }
    public string? Type { get; init; }
    public long? Major { get; init; }
    public long? Minor { get; init; }
    public string? Access { get; init; }
}

/// <summary>Bytes; -1 is unlimited. Swap is memory plus swap, as in cgroup v1.</summary>
public sealed record MemoryLimits
{
    public long? Limit { get; init; }
    public long? Reservation { get; init; }
    public long? Swap { get; init; }
    public ulong? Swappiness { get; init; }
    public bool? DisableOOMKiller { get; init; }
}

/// <summary>Quota and period in microseconds; shares as in cgroup v1 (2 to 262144).</summary>
public sealed record CpuLimits
{
    public ulong? Shares { get; init; }
    public long? Quota { get; init; }
    public ulong? Period { get; init; }
    public long? RealtimeRuntime { get; init; }
    public ulong? RealtimePeriod { get; init; }
    public string? Cpus { get; init; }
    public string? Mems { get; init; }
}

/// <summary>0 or less is unlimited.</summary>
public sealed record PidsLimit
{
    public long Limit { get; init; }
}

public sealed record BlockIoLimits
{
    public ushort? Weight { get; init; }
}

/// <summary>The OCI form of a seccomp filter, as runc reads it (config-linux.md, "Seccomp").</summary>
public sealed record Seccomp
{
    public required string DefaultAction { get; init; }
    public uint? DefaultErrnoRet { get; init; }
    public IReadOnlyList<string> Architectures { get; init; } = [];
    public IReadOnlyList<string>? Flags { get; init; }
    public IReadOnlyList<SeccompSyscall> Syscalls { get; init; } = [];
}

/// <summary>One rule: all of <see cref="Args"/> must match (AND); 64-bit comparison.</summary>
public sealed record SeccompSyscall
{
    public required IReadOnlyList<string> Names { get; init; }
    public required string Action { get; init; }
    public uint? ErrnoRet { get; init; }
    public IReadOnlyList<SeccompArg> Args { get; init; } = [];
}

public sealed record SeccompArg
{
    public uint Index { get; init; }
    public ulong Value { get; init; }
    public ulong ValueTwo { get; init; }
    public required string Op { get; init; }
}
