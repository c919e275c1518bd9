using System.Net;
using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Create;

/// <summary>What a <see cref="HostConfig"/> may not say: wrong in itself (400, dockerd's words), or known and not built (501, by name).</summary>
internal static class HostConfigRules
{
    public static void Check(ContainerConfig config, HostConfig host, int cpus)
    {
        RefuseWhatIsNotBuilt(host);
        NamespaceModes.Check(host);
        NetworkModes.Check(config, host);
        CheckRestartPolicy(host);
        LogOptions.Check(host.LogConfig);
        ResourceRules.Check(host, cpus);
        PublishedPorts.Requests(config, host);
        MountRequests.Of(host);
        SecurityOptions.Parse(host.SecurityOpt);
        CapabilitySets.For(host);
        foreach (var rule in host.DeviceCgroupRules ?? [])
            DeviceAccess.ParseRule(rule);
        CheckNames(host);
        if (host.Isolation is not ("" or "default"))
            throw EngineException.Invalid($"Invalid isolation: \"{host.Isolation}\" - linux only supports 'default'");
        if (host.StorageOpt is { Count: > 0 })
            throw new EngineException(ErrorKind.System, "--storage-opt is supported only for overlay over xfs with 'pquota' mount option");
        if (host.Annotations?.Keys.Any(string.IsNullOrWhiteSpace) is true)
            throw EngineException.Invalid("invalid Annotation: the empty string is not permitted as an annotation key");
        if (config.Hostname is not "" && host.UTSMode is "host")
            throw EngineException.Invalid("conflicting options: hostname and the UTS mode");
    }

    /// <summary>What a change of a container's limits may not say; returns what is meant.</summary>
    public static HostConfig CheckUpdate(HostConfig changes, int cpus)
    {
        CheckRestartPolicy(changes);
        ResourceRules.Check(changes, cpus, update: true);
        // 0 is unlimited here, and no change is null.
        return changes.PidsLimit <= 0 ? changes with { PidsLimit = 0 } : changes;
    }

    private static void RefuseWhatIsNotBuilt(HostConfig host)
    {
        (string Name, bool Asked)[] fields =
        [
            ("Cgroup", host.Cgroup is not ""),
            ("CpuCount", host.CpuCount != 0),
            ("CpuPercent", host.CpuPercent != 0),
            ("IOMaximumIOps", host.IOMaximumIOps != 0),
            ("IOMaximumBandwidth", host.IOMaximumBandwidth != 0),
        ];
        if (Array.Find(fields, field => field.Asked) is { Name: not null } refused)
            throw EngineException.NotImplemented(refused.Name);
        if (host.Runtime is not (null or "" or HostConfigDefaults.Runtime or "runc"))
            throw EngineException.Invalid($"unknown or invalid runtime name: {host.Runtime}");
    }

    private static void CheckRestartPolicy(HostConfig host)
    {
        var policy = host.RestartPolicy;
        if (policy.Name is not ("" or "no" or "always" or "on-failure" or "unless-stopped"))
            throw EngineException.Invalid($"invalid restart policy: unknown policy '{policy.Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        if (policy.MaximumRetryCount < 0)
            throw EngineException.Invalid("invalid restart policy: maximum retry count cannot be negative");
        if (policy.MaximumRetryCount > 0 && policy.Name is not "on-failure")
            throw EngineException.Invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'");
        if (host.AutoRemove && policy.Name is not ("" or "no"))
            throw EngineException.Invalid("can't create 'AutoRemove' container with restart policy");
    }

    private static void CheckNames(HostConfig host)
    {
        foreach (var entry in host.ExtraHosts ?? [])
        {
            var separator = entry.IndexOfAny([':', '=']);
            var address = separator > 0 ? entry[(separator + 1)..] : "";
            if (separator <= 0)
                throw EngineException.Invalid($"bad format for add-host: \"{entry}\"");
            if (address is not "host-gateway" && !IPAddress.TryParse(address.Trim('[', ']'), out _))
                throw EngineException.Invalid($"invalid IP address in add-host: \"{address}\"");
        }
        foreach (var server in host.Dns ?? [])
        {
            if (!IPAddress.TryParse(server, out _))
                throw EngineException.Invalid($"invalid IP address: {server}");
        }
        foreach (var name in host.Sysctls?.Keys ?? [])
        {
            if (name.Contains('\0') || name.Contains(".."))
                throw EngineException.Invalid($"invalid sysctl: {name}");
        }
    }
}
