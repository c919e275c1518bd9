using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Errors;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Containers.Create;

/// <summary>What the request leaves open is taken from the image, by dockerd's rules (moby daemon/commit.go, merge).</summary>
internal static class ConfigMerge
{
    public static ContainerConfig Complete(ContainerConfig request, ImageExecutionConfig image)
    {
        var entrypoint = request.Entrypoint;
        var cmd = request.Cmd;
        if (entrypoint is null or { Count: 0 })
        {
            if (cmd is null or { Count: 0 })
                cmd = image.Cmd;
            entrypoint ??= image.Entrypoint;
        }
        // `--entrypoint ""` is how a client says: none.
        if (entrypoint is [""])
            entrypoint = null;
        if (entrypoint is null or { Count: 0 } && cmd is null or { Count: 0 })
            throw EngineException.Invalid("no command specified");
        return request with
        {
            Entrypoint = entrypoint,
            Cmd = cmd,
            User = request.User is "" ? image.User ?? "" : request.User,
            WorkingDir = request.WorkingDir is "" ? image.WorkingDir ?? "" : request.WorkingDir,
            Env = MergeEnv(request.Env, image.Env),
            Labels = Union(request.Labels, image.Labels) ?? [],
            ExposedPorts = Union(request.ExposedPorts, image.ExposedPorts),
            // Clients send an empty set for none, and dockerd stores none.
            Volumes = request.Volumes is { Count: > 0 } ? Union(request.Volumes, image.Volumes) : image.Volumes,
            StopSignal = string.IsNullOrEmpty(request.StopSignal) ? image.StopSignal : request.StopSignal,
            Healthcheck = HealthProbe.Merge(request.Healthcheck, HealthConfig.OfImage(image.Healthcheck)),
            OnBuild = request.OnBuild,
            Shell = request.Shell ?? image.Shell,
        };
    }

    private static List<string>? MergeEnv(IReadOnlyList<string>? request, IReadOnlyList<string>? image)
    {
        if (request is null && image is null)
            return null;
        var merged = new List<string>(request ?? []);
        var keys = merged.Select(Key).ToHashSet();
        merged.AddRange((image ?? []).Where(variable => !keys.Contains(Key(variable))));
        return merged;
    }

    private static string Key(string variable) => variable.Split('=', 2)[0];

    private static Dictionary<string, T>? Union<T>(IReadOnlyDictionary<string, T>? first, IReadOnlyDictionary<string, T>? second)
    {
        if (first is null && second is null)
            return null;
        var union = new Dictionary<string, T>(second ?? new Dictionary<string, T>());
        foreach (var (key, value) in first ?? new Dictionary<string, T>())
            union[key] = value;
        return union;
    }
}
