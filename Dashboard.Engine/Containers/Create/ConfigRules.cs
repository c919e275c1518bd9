using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Create;

/// <summary>What a <see cref="ContainerConfig"/> may not say, in dockerd's words.</summary>
internal static class ConfigRules
{
    /// <summary>As requested.</summary>
    public static void Check(ContainerConfig config)
    {
        foreach (var variable in config.Env ?? [])
        {
            if (variable.Length == 0 || variable[0] == '=')
                throw EngineException.Invalid($"invalid environment variable: {variable}");
        }
        HealthProbe.Check(config.Healthcheck);
    }

    /// <summary>With the image's part: that one is no more to be trusted.</summary>
    public static void CheckCompleted(ContainerConfig config)
    {
        if (config.WorkingDir is not "" && !config.WorkingDir.StartsWith('/'))
            throw EngineException.Invalid($"the working directory '{config.WorkingDir}' is invalid, it needs to be an absolute path");
        if (!string.IsNullOrEmpty(config.StopSignal))
            Signals.Parse(config.StopSignal);
        foreach (var port in config.ExposedPorts?.Keys ?? [])
            PublishedPorts.ParseContainerPort(port, exposedOnly: true);
        RefuseNulBytes(config);
    }

    // Every one of these becomes a C string.
    private static void RefuseNulBytes(ContainerConfig config)
    {
        IEnumerable<string> strings = [.. config.Env ?? [], .. config.Cmd ?? [], .. config.Entrypoint ?? [], config.WorkingDir, config.Hostname, config.Domainname, config.User];
        if (strings.Any(text => text.Contains('\0')))
            throw EngineException.Invalid("invalid container config: a string holds a NUL byte");
        if (config.Hostname.Length > 64)
            throw EngineException.Invalid($"invalid hostname: {config.Hostname} is longer than 64 bytes");
    }
}
