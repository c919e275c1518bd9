using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Containers;

namespace Dashboard.Engine.Api.Wire;

/// <summary>Mounts of clients that do not know what later versions of the API added to them.</summary>
internal static class OlderMounts
{
    private static readonly ApiVersion s_recursiveReadOnly = new(1, 44);

    /// <summary>Up to 1.43 a read-only bind was so for itself alone, and there was no word for it.</summary>
    public static HostConfig Of(HostConfig host, ApiVersion version) => version >= s_recursiveReadOnly || host.Mounts is null
        ? host
        : host with { Mounts = [.. host.Mounts.Select(Of)] };

    private static MountSpec Of(MountSpec mount) => mount is { Type: ContainerMount.Bind, ReadOnly: true }
        ? mount with { BindOptions = (mount.BindOptions ?? new()) with { ReadOnlyNonRecursive = true, ReadOnlyForceRecursive = false } }
        : mount;
}
