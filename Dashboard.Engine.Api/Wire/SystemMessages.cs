namespace Dashboard.Engine.Api.Wire;

/// <summary>GET /version.</summary>
internal sealed record VersionMessage
{
    public required VersionPlatform Platform { get; init; }
    public required IReadOnlyList<VersionComponent> Components { get; init; }
    public required string Version { get; init; }
    public required string ApiVersion { get; init; }
    public required string MinAPIVersion { get; init; }
    public required string GitCommit { get; init; }
    public required string GoVersion { get; init; }
    public required string Os { get; init; }
    public required string Arch { get; init; }
    public required string KernelVersion { get; init; }
    [OmitEmpty] public string? BuildTime { get; init; }
}

internal sealed record VersionPlatform(string Name);

internal sealed record VersionComponent(string Name, string Version, IReadOnlyDictionary<string, string> Details);

/// <summary>GET /dashboard/v1/info: what this engine looked for on its host and did not find, one sentence each.</summary>
internal sealed record DashboardInfo(string EngineVersion, string RuntimeVersion, string CgroupVersion, IReadOnlyList<string> Degradations);

/// <summary>GET /info.</summary>
internal sealed record InfoMessage
{
    public required string ID { get; init; }
    public required int Containers { get; init; }
    public required int ContainersRunning { get; init; }
    public required int ContainersPaused { get; init; }
    public required int ContainersStopped { get; init; }
    public required int Images { get; init; }
    public required string Driver { get; init; }
    public IReadOnlyList<IReadOnlyList<string>> DriverStatus { get; init; } = [];
    public required PluginNames Plugins { get; init; }
    public bool MemoryLimit { get; init; }
    public bool SwapLimit { get; init; }
    public bool CpuCfsPeriod { get; init; }
    public bool CpuCfsQuota { get; init; }
    public bool CPUShares { get; init; }
    public bool CPUSet { get; init; }
    public bool PidsLimit { get; init; }
    public bool IPv4Forwarding { get; init; }
    /// <summary>Until API 1.49.</summary>
    [OmitNull] public bool? BridgeNfIptables { get; init; }
    /// <summary>Until API 1.49.</summary>
    [OmitNull] public bool? BridgeNfIp6tables { get; init; }
    public bool Debug { get; init; }
    public int NFd { get; init; }
    public bool OomKillDisable { get; init; }
    public int NGoroutines { get; init; }
    public required string SystemTime { get; init; }
    public required string LoggingDriver { get; init; }
    public required string CgroupDriver { get; init; }
    [OmitEmpty] public string? CgroupVersion { get; init; }
    public int NEventsListener { get; init; }
    public required string KernelVersion { get; init; }
    public required string OperatingSystem { get; init; }
    public required string OSVersion { get; init; }
    public string OSType { get; init; } = "linux";
    public required string Architecture { get; init; }
    public string IndexServerAddress { get; init; } = "https://index.docker.io/v1/";
    public RegistryConfig RegistryConfig { get; init; } = new();
    public required int NCPU { get; init; }
    public required long MemTotal { get; init; }
    public IReadOnlyList<string>? GenericResources { get; init; }
    public required string DockerRootDir { get; init; }
    public string HttpProxy { get; init; } = "";
    public string HttpsProxy { get; init; } = "";
    public string NoProxy { get; init; } = "";
    public required string Name { get; init; }
    public IReadOnlyList<string> Labels { get; init; } = [];
    public bool ExperimentalBuild { get; init; }
    public required string ServerVersion { get; init; }
    public required IReadOnlyDictionary<string, RuntimeInfo> Runtimes { get; init; }
    public required string DefaultRuntime { get; init; }
    public SwarmInfo Swarm { get; init; } = new();
    public bool LiveRestoreEnabled { get; init; }
    public string Isolation { get; init; } = "";
    public required string InitBinary { get; init; }
    public CommitInfo ContainerdCommit { get; init; } = new("");
    public CommitInfo RuncCommit { get; init; } = new("");
    public CommitInfo InitCommit { get; init; } = new("");
    public required IReadOnlyList<string> SecurityOptions { get; init; }
    public IReadOnlyList<string> CDISpecDirs { get; init; } = [];
    [OmitNull] public FirewallInfo? FirewallBackend { get; init; }
    public required IReadOnlyList<string>? Warnings { get; init; }
}

internal sealed record PluginNames(IReadOnlyList<string> Volume, IReadOnlyList<string> Network, IReadOnlyList<string>? Authorization, IReadOnlyList<string> Log);

internal sealed record RuntimeInfo(string path);

internal sealed record CommitInfo(string ID);

internal sealed record FirewallInfo(string Driver);

internal sealed record RegistryConfig
{
    public IReadOnlyDictionary<string, RegistryIndex> IndexConfigs { get; init; } = new Dictionary<string, RegistryIndex>();
    public IReadOnlyList<string> InsecureRegistryCIDRs { get; init; } = [];
    public IReadOnlyList<string>? Mirrors { get; init; }
}

internal sealed record RegistryIndex(string Name, IReadOnlyList<string> Mirrors, bool Secure, bool Official);

internal sealed record SwarmInfo
{
    public string NodeID { get; init; } = "";
    public string NodeAddr { get; init; } = "";
    public string LocalNodeState { get; init; } = "inactive";
    public bool ControlAvailable { get; init; }
    public string Error { get; init; } = "";
    public IReadOnlyList<string>? RemoteManagers { get; init; }
}

/// <summary>GET /system/df.</summary>
internal sealed record DiskUsage
{
    public long LayersSize { get; init; }
    public IReadOnlyList<ImageSummary>? Images { get; init; }
    public IReadOnlyList<ContainerSummary>? Containers { get; init; }
    public IReadOnlyList<VolumeDetails>? Volumes { get; init; }
    public IReadOnlyList<IdResponse>? BuildCache { get; init; }
    /// <summary>Up to API 1.41.</summary>
    [OmitNull] public long? BuilderSize { get; init; }
}
