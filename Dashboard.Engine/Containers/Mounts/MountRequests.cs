using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Mounts;

/// <summary>What a host config asks for by itself, checked: without other containers and without volumes being made.</summary>
internal static class MountRequests
{
    /// <summary>Binds first, then mounts.</summary>
    /// <exception cref="EngineException">In Docker's words.</exception>
    public static IReadOnlyList<(MountSpec Spec, string? Mode)> Of(HostConfig host, bool sourcesMustExist = true)
    {
        foreach (var text in host.VolumesFrom ?? [])
            VolumesFrom.Parse(text);
        CheckTmpfs(host.Tmpfs);
        var requests = new List<(MountSpec Spec, string? Mode)>();
        foreach (var text in host.Binds ?? [])
        {
            var (spec, mode) = BindText.Parse(text, host.VolumeDriver);
            Add(requests, spec, mode, host.Tmpfs);
        }
        foreach (var spec in host.Mounts ?? [])
        {
            if (spec is null)
                throw EngineException.Invalid("invalid mount config for type \"\": mount type unknown");
            MountRules.Check(spec, sourcesMustExist);
            Add(requests, spec, mode: null, tmpfs: null);
        }
        return requests;
    }

    private static void Add(List<(MountSpec Spec, string? Mode)> requests, MountSpec spec, string? mode, IReadOnlyDictionary<string, string>? tmpfs)
    {
        var destination = ContainerPath.Clean(spec.Target);
        if (requests.Exists(other => other.Spec.Target == destination) || tmpfs?.ContainsKey(destination) == true)
            throw EngineException.Invalid($"Duplicate mount point: {destination}");
        requests.Add((spec with { Target = destination }, mode));
    }

    private static void CheckTmpfs(IReadOnlyDictionary<string, string>? tmpfs)
    {
        foreach (var (path, options) in tmpfs ?? new Dictionary<string, string>())
        {
            if (!path.StartsWith('/') || path.Contains('\0'))
                throw EngineException.Invalid($"invalid mount path: '{path}' mount path must be absolute");
            if (ContainerPath.Clean(path) is "/")
                throw EngineException.Invalid("invalid specification: destination can't be '/'");
            TmpfsWords.Complete(options);
        }
    }
}
