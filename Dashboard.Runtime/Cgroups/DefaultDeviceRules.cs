using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Runtime.Cgroups;

/// <summary>
/// What every container may touch whatever its spec says: the devices that the runtime itself supplies, and mknod of any
/// (a node that it may not open is harmless). runc adds the same after the rules of the spec.
/// </summary>
internal static class DefaultDeviceRules
{
    private static readonly DeviceRule[] Rules =
    [
        Allow("c", null, null, "m"), Allow("b", null, null, "m"),
        Allow("c", 1, 3), Allow("c", 1, 5), Allow("c", 1, 7), Allow("c", 1, 8), Allow("c", 1, 9),
        Allow("c", 5, 0), Allow("c", 5, 1), Allow("c", 5, 2), Allow("c", 136, null),
    ];

    /// <summary>No rules at all stay none: such a cgroup keeps what it inherits.</summary>
    public static Resources Complete(Resources resources) =>
        resources.Devices.Count == 0 ? resources : resources with { Devices = [.. resources.Devices, .. Rules] };

    private static DeviceRule Allow(string type, long? major, long? minor, string access = "rwm") =>
        new() { Allow = true, Type = type, Major = major, Minor = minor, Access = access };
}
