namespace Dashboard.Engine.Containers.Create;

/// <summary>What dockerd fills in before it stores a host config, so that inspect shows what is really in force.</summary>
internal static class HostConfigDefaults
{
    public const string Runtime = "dashboard";
    private const long ShmSize = 64 * 1024 * 1024;

    public static HostConfig Complete(HostConfig host) => host with
    {
        NetworkMode = NetworkModes.Normalize(host.NetworkMode),
        IpcMode = host.IpcMode is "" ? "private" : host.IpcMode,
        // Privileged ones too, as dockerd does on cgroup v2: an engine inside must not make its cgroups beside ours.
        CgroupnsMode = host.CgroupnsMode is "" ? "private" : host.CgroupnsMode,
        ShmSize = host.ShmSize == 0 ? ShmSize : host.ShmSize,
        // Docker's rule: as much swap as memory.
        MemorySwap = host.Memory > 0 && host.MemorySwap == 0 ? host.Memory * 2 : host.MemorySwap,
        LogConfig = host.LogConfig with { Type = host.LogConfig.Type is "" ? "json-file" : host.LogConfig.Type, Config = host.LogConfig.Config ?? new Dictionary<string, string>() },
        RestartPolicy = host.RestartPolicy with { Name = host.RestartPolicy.Name is "" ? "no" : host.RestartPolicy.Name },
        // Docker's default where cgroups can turn the killer off (v1); elsewhere it is not shown.
        OomKillDisable = host.OomKillDisable ?? (KernelLimits.CanDisableOomKiller ? false : null),
        // A label of its own is no use to one that shares the host's namespaces.
        SecurityOpt = host.SecurityOpt is null && (host.Privileged || host.PidMode is "host" || host.IpcMode is "host") ? ["label=disable"] : host.SecurityOpt,
        PidsLimit = host.PidsLimit is <= 0 ? null : host.PidsLimit,
        Runtime = Runtime,
        MaskedPaths = host.Privileged ? null : host.MaskedPaths ?? Spec.ConfinedPaths.Masked,
        ReadonlyPaths = host.Privileged ? null : host.ReadonlyPaths ?? Spec.ConfinedPaths.Readonly,
    };
}
