using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Mounts;

/// <summary><c>-v</c> as an entry of <c>HostConfig.Binds</c>: <c>/host/path:/container/path:ro,rslave</c>, <c>name:/path:nocopy</c>, or <c>/path</c> alone.</summary>
internal static class BindText
{
    /// <param name="volumeDriver">Of <c>HostConfig.VolumeDriver</c>; empty for the default.</param>
    /// <returns>The mount that it stands for, and its option words.</returns>
    /// <exception cref="EngineException">In Docker's words.</exception>
    public static (MountSpec Spec, string Mode) Parse(string text, string volumeDriver)
    {
        var parts = text.Split(':');
        if (parts.Length > 3 || parts[0] is "" || (parts.Length == 2 && MountMode.IsValid(parts[1])))
            throw EngineException.Invalid($"invalid volume specification: '{text}'");
        var mode = parts.Length == 3 ? parts[2] : "";
        if (!MountMode.IsValid(mode))
            throw EngineException.Invalid($"invalid mode: {mode}");
        var source = parts.Length == 1 ? "" : parts[0];
        var isPath = source.StartsWith('/');
        var driver = volumeDriver is not "" && !isPath ? new MountDriver { Name = volumeDriver } : null;
        var spec = new MountSpec
        {
            Type = isPath ? ContainerMount.Bind : ContainerMount.Volume,
            Source = source,
            Target = parts.Length == 1 ? parts[0] : parts[1],
            ReadOnly = MountMode.IsReadOnly(mode),
            BindOptions = MountMode.PropagationOf(mode) is { } propagation ? new MountBindOptions { Propagation = propagation } : null,
            VolumeOptions = driver is not null || MountMode.IsNoCopy(mode) ? new MountVolumeOptions { NoCopy = MountMode.IsNoCopy(mode), DriverConfig = driver } : null,
        };
        try
        {
            MountRules.Check(spec, sourceMustExist: false);
        }
        catch (EngineException error) when (error.Kind is ErrorKind.InvalidParameter)
        {
            throw EngineException.Invalid($"invalid volume specification: '{text}': {error.Message}");
        }
        return (spec, mode);
    }
}
