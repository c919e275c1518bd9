namespace Dashboard.Engine.Containers;

/// <summary>
/// Docker's <c>HostConfig</c>: how this host runs the container. Names are the wire names. What is known but not built
/// is refused by name when it is not at its default (HostConfigRules).
/// </summary>
public sealed record HostConfig
{
    public IReadOnlyList<string>? Binds { get; set; }
    public string ContainerIDFile { get; set; } = "";
    public LogConfig LogConfig { get; set; } = new();
    public string NetworkMode { get; set; } = "";
    public IReadOnlyDictionary<string, IReadOnlyList<PortBinding>?>? PortBindings { get; set; }
    public RestartPolicy RestartPolicy { get; set; } = new();
    public bool AutoRemove { get; set; }
    public string VolumeDriver { get; set; } = "";
    public IReadOnlyList<string>? VolumesFrom { get; set; }
    public IReadOnlyList<uint>? ConsoleSize { get; set; }
    public IReadOnlyDictionary<string, string>? Annotations { get; set; }
    public IReadOnlyList<string>? CapAdd { get; set; }
    public IReadOnlyList<string>? CapDrop { get; set; }
    public string CgroupnsMode { get; set; } = "";
    public IReadOnlyList<string>? Dns { get; set; }
    public IReadOnlyList<string>? DnsOptions { get; set; }
    public IReadOnlyList<string>? DnsSearch { get; set; }
    public IReadOnlyList<string>? ExtraHosts { get; set; }
    public IReadOnlyList<string>? GroupAdd { get; set; }
    public string IpcMode { get; set; } = "";
    public string Cgroup { get; set; } = "";
    public IReadOnlyList<string>? Links { get; set; }
    public int OomScoreAdj { get; set; }
    public string PidMode { get; set; } = "";
    public bool Privileged { get; set; }
    public bool PublishAllPorts { get; set; }
    public bool ReadonlyRootfs { get; set; }
    public IReadOnlyList<string>? SecurityOpt { get; set; }
    public IReadOnlyDictionary<string, string>? StorageOpt { get; set; }
    public IReadOnlyDictionary<string, string>? Tmpfs { get; set; }
    public string UTSMode { get; set; } = "";
    public string UsernsMode { get; set; } = "";
    /// <summary>Bytes; 0 takes Docker's 64 MiB.</summary>
    public long ShmSize { get; set; }
    public IReadOnlyDictionary<string, string>? Sysctls { get; set; }
    public string? Runtime { get; set; }
    public string Isolation { get; set; } = "";
    public long CpuShares { get; set; }
    /// <summary>Bytes.</summary>
    public long Memory { get; set; }
    public long NanoCpus { get; set; }
    public string CgroupParent { get; set; } = "";
    public ushort BlkioWeight { get; set; }
    public IReadOnlyList<WeightDevice>? BlkioWeightDevice { get; set; }
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceReadBps { get; set; }
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceWriteBps { get; set; }
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceReadIOps { get; set; }
    public IReadOnlyList<ThrottleDevice>? BlkioDeviceWriteIOps { get; set; }
    public long CpuPeriod { get; set; }
    public long CpuQuota { get; set; }
    public long CpuRealtimePeriod { get; set; }
    public long CpuRealtimeRuntime { get; set; }
    public string CpusetCpus { get; set; } = "";
    public string CpusetMems { get; set; } = "";
    public IReadOnlyList<DeviceMapping>? Devices { get; set; }
    public IReadOnlyList<string>? DeviceCgroupRules { get; set; }
    public IReadOnlyList<DeviceRequest>? DeviceRequests { get; set; }
    public long MemoryReservation { get; set; }
    public long MemorySwap { get; set; }
    public long? MemorySwappiness { get; set; }
    public bool? OomKillDisable { get; set; }
    public long? PidsLimit { get; set; }
    public IReadOnlyList<Ulimit>? Ulimits { get; set; }
    public long CpuCount { get; set; }
    public long CpuPercent { get; set; }
    public long IOMaximumIOps { get; set; }
    public long IOMaximumBandwidth { get; set; }
    public IReadOnlyList<MountSpec>? Mounts { get; set; }
    public IReadOnlyList<string>? MaskedPaths { get; set; }
    public IReadOnlyList<string>? ReadonlyPaths { get; set; }
    public bool? Init { get; set; }
}

public sealed record LogConfig
{
    public string Type { get; set; } = "";
    public IReadOnlyDictionary<string, string>? Config { get; set; }
}

public sealed record PortBinding
{
    public string HostIp { get; set; } = "";
    public string HostPort { get; set; } = "";
}

public sealed record RestartPolicy
{
    public string Name { get; set; } = "";
    public int MaximumRetryCount { get; set; }
}

public sealed record DeviceMapping
{
    public string PathOnHost { get; set; } = "";
    public string PathInContainer { get; set; } = "";
    public string CgroupPermissions { get; set; } = "";
}

public sealed record Ulimit
{
    public string Name { get; set; } = "";
    public long Hard { get; set; }
    public long Soft { get; set; }
}

public sealed record WeightDevice
{
    public string Path { get; set; } = "";
    public ushort Weight { get; set; }
}

/// <summary>Rate is bytes or operations per second.</summary>
public sealed record ThrottleDevice
{
    public string Path { get; set; } = "";
    public ulong Rate { get; set; }
}

public sealed record DeviceRequest
{
    public string Driver { get; set; } = "";
    /// <summary>-1 is all.</summary>
    public int Count { get; set; }
    public IReadOnlyList<string>? DeviceIDs { get; set; }
    /// <summary>One of these sets must be had as a whole.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? Capabilities { get; set; }
    public IReadOnlyDictionary<string, string>? Options { get; set; }
}
