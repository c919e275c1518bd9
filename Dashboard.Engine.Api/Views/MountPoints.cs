using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;

namespace Dashboard.Engine.Api.Views;

/// <summary>The Mounts of list and inspect, as they were settled when the container was created.</summary>
internal static class MountPoints
{
    public static IReadOnlyList<MountPoint> Of(Container container) => [.. (container.MountPoints ?? []).Select(Of)];

    private static MountPoint Of(ContainerMount mount) => new()
    {
        Type = mount.Type,
        Name = mount.Name,
        Source = mount.Source,
        Destination = mount.Destination,
        Driver = mount.Driver,
        Mode = mount.Mode,
        RW = mount.Writable,
        Propagation = mount.Propagation,
    };
}
