using System.Text.Json;
using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Images;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Engine.Containers.Commit;

/// <summary>What an image made of a container says (moby daemon/commit.go: the request, then the changes, then the container for what is open).</summary>
internal static class CommittedConfig
{
    public static ImageExecutionConfig Of(ContainerConfig container, CommitRequest request)
    {
        var changed = ImageChanges.Apply(Take(request.Config ?? container), request.Changes);
        var entrypoint = changed.Entrypoint;
        var cmd = changed.Cmd;
        if (entrypoint is null or { Count: 0 })
        {
            if (cmd is null or { Count: 0 })
                cmd = container.Cmd;
            entrypoint ??= container.Entrypoint;
        }
        return changed with
        {
            Entrypoint = entrypoint,
            Cmd = cmd,
            User = Or(changed.User, container.User),
            WorkingDir = Or(changed.WorkingDir, container.WorkingDir),
            Env = Merge(changed.Env, container.Env),
            Labels = Merge(changed.Labels, container.Labels),
            ExposedPorts = Merge(changed.ExposedPorts, container.ExposedPorts),
            Volumes = Merge(changed.Volumes, container.Volumes),
            StopSignal = Or(changed.StopSignal, container.StopSignal),
            Healthcheck = Element(HealthProbe.Merge(HealthConfig.OfImage(changed.Healthcheck), container.Healthcheck)),
            Shell = changed.Shell ?? container.Shell,
        };
    }

    private static ImageExecutionConfig Take(ContainerConfig config) => new()
    {
        User = config.User,
        ExposedPorts = config.ExposedPorts,
        Env = config.Env,
        Entrypoint = config.Entrypoint,
        Cmd = config.Cmd,
        Volumes = config.Volumes,
        WorkingDir = config.WorkingDir,
        Labels = config.Labels,
        StopSignal = config.StopSignal,
        Healthcheck = Element(config.Healthcheck),
        Shell = config.Shell,
        OnBuild = config.OnBuild,
    };

    private static JsonElement? Element(HealthConfig? check) => check is null ? null : JsonSerializer.SerializeToElement(check, HealthJson.Default.HealthConfig);

    private static string? Or(string? first, string? second) => string.IsNullOrEmpty(first) ? second : first;

    private static List<string>? Merge(IReadOnlyList<string>? first, IReadOnlyList<string>? second)
    {
        if (first is null or { Count: 0 } && second is null or { Count: 0 })
            return null;
        var merged = new List<string>(first ?? []);
        var keys = merged.Select(Key).ToHashSet(StringComparer.Ordinal);
        merged.AddRange((second ?? []).Where(variable => !keys.Contains(Key(variable))));
        return merged;
    }

    private static string Key(string variable) => variable.Split('=', 2)[0];

    private static Dictionary<string, T>? Merge<T>(IReadOnlyDictionary<string, T>? first, IReadOnlyDictionary<string, T>? second)
    {
        if (first is null && second is null)
            return null;
        var merged = new Dictionary<string, T>(second ?? new Dictionary<string, T>(), StringComparer.Ordinal);
        foreach (var (key, value) in first ?? new Dictionary<string, T>())
            merged[key] = value;
        return merged;
    }
}
