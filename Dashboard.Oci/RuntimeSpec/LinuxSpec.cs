namespace Dashboard.Oci.RuntimeSpec;

/// <summary>OCI runtime-spec, config-linux.md.</summary>
public sealed record LinuxSpec
{
    public IReadOnlyList<Namespace> Namespaces { get; set; } = [];
    public IReadOnlyList<IdMapping>? UidMappings { get; set; }
    public IReadOnlyList<IdMapping>? GidMappings { get; set; }
    public IReadOnlyList<DeviceNode> Devices { get; set; } = [];
    /// <summary>Absolute: under the root of each controller's hierarchy.</summary>
    public string? CgroupsPath { get; set; }
    public Resources? Resources { get; set; }
    public string? RootfsPropagation { get; set; }
    public Seccomp? Seccomp { get; set; }
    public IReadOnlyDictionary<string, string>? Sysctl { get; set; }
    public IReadOnlyList<string> MaskedPaths { get; set; } = [];
    public IReadOnlyList<string> ReadonlyPaths { get; set; } = [];
}

/// <summary>Type is pid, network, mount, ipc, uts, user or cgroup. With a path the namespace is joined, without it is made.</summary>
public sealed record Namespace
{
    public required string Type { get; init; }
    public string? Path { get; set; }
}

public sealed record IdMapping
{
    public uint ContainerID { get; set; }
    public uint HostID { get; set; }
    public uint Size { get; set; }
}

public sealed record DeviceNode
{
    public required string Path { get; init; }
    /// <summary><c>c</c>, <c>b</c>, <c>u</c> or <c>p</c>.</summary>
    public required string Type { get; init; }
    public long Major { get; set; }
    public long Minor { get; set; }
    /// <summary>Permission bits, for example 438 (0666).</summary>
    public uint? FileMode { get; set; }
    public uint? Uid { get; set; }
    public uint? Gid { get; set; }
}

public sealed record Resources
{
    public IReadOnlyList<DeviceRule> Devices { get; set; } = [];
    public MemoryLimits? Memory { get; set; }
    public CpuLimits? Cpu { get; set; }
    public PidsLimit? Pids { get; set; }
    public BlockIoLimits? BlockIO { get; set; }
    /// <summary>cgroup v2 files, written as they are.</summary>
    public IReadOnlyDictionary<string, string>? Unified { get; set; }
}

/// <summary>Access is any of <c>rwm</c>; no major or minor means all.</summary>
public sealed record DeviceRule
{
    public bool Allow { get; set; }
    public string? Type { get; set; }
    public long? Major { get; set; }
    public long? Minor { get; set; }
    public string? Access { get; set; }
}

/// <summary>Bytes; -1 is unlimited. Swap is memory plus swap, as in cgroup v1.</summary>
public sealed record MemoryLimits
{
    public long? Limit { get; set; }
    public long? Reservation { get; set; }
    public long? Swap { get; set; }
    public ulong? Swappiness { get; set; }
    public bool? DisableOOMKiller { get; set; }
}

/// <summary>Quota and period in microseconds; shares as in cgroup v1 (2 to 262144).</summary>
public sealed record CpuLimits
{
    public ulong? Shares { get; set; }
    public long? Quota { get; set; }
    public ulong? Period { get; set; }
    public long? RealtimeRuntime { get; set; }
    public ulong? RealtimePeriod { get; set; }
    public string? Cpus { get; set; }
    public string? Mems { get; set; }
}

/// <summary>0 or less is unlimited.</summary>
public sealed record PidsLimit
{
    public long Limit { get; set; }
}

public sealed record BlockIoLimits
{
    public ushort? Weight { get; set; }
    public IReadOnlyList<WeightDeviceLimit>? WeightDevice { get; set; }
    public IReadOnlyList<ThrottleDeviceLimit>? ThrottleReadBpsDevice { get; set; }
    public IReadOnlyList<ThrottleDeviceLimit>? ThrottleWriteBpsDevice { get; set; }
    public IReadOnlyList<ThrottleDeviceLimit>? ThrottleReadIOPSDevice { get; set; }
    public IReadOnlyList<ThrottleDeviceLimit>? ThrottleWriteIOPSDevice { get; set; }
}

public sealed record WeightDeviceLimit
{
    public long Major { get; set; }
    public long Minor { get; set; }
    public ushort? Weight { get; set; }
}

/// <summary>Rate is bytes or operations per second.</summary>
public sealed record ThrottleDeviceLimit
{
    public long Major { get; set; }
    public long Minor { get; set; }
    public ulong Rate { get; set; }
}

/// <summary>The OCI form of a seccomp filter, as runc reads it (config-linux.md, "Seccomp").</summary>
public sealed record Seccomp
{
    public required string DefaultAction { get; init; }
    public uint? DefaultErrnoRet { get; set; }
    public IReadOnlyList<string> Architectures { get; set; } = [];
    public IReadOnlyList<string>? Flags { get; set; }
    public IReadOnlyList<SeccompSyscall> Syscalls { get; set; } = [];
}

/// <summary>One rule: all of <see cref="Args"/> must match (AND); 64-bit comparison.</summary>
public sealed record SeccompSyscall
{
    public required IReadOnlyList<string> Names { get; init; }
    public required string Action { get; init; }
    public uint? ErrnoRet { get; set; }
    public IReadOnlyList<SeccompArg> Args { get; set; } = [];
}

public sealed record SeccompArg
{
    public uint Index { get; set; }
    public ulong Value { get; set; }
    public ulong ValueTwo { get; set; }
    public required string Op { get; init; }
}
