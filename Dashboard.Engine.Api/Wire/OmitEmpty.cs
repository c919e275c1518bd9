using System.Collections;
using System.Text.Json.Serialization.Metadata;
using Dashboard.Engine.Containers;

namespace Dashboard.Engine.Api.Wire;

/// <summary>
/// Which fields are left out when they are empty and which are written as null: clients tell the two apart. Our own
/// shapes say it by <see cref="OmitEmptyAttribute"/>, the engine's records (which know nothing of HTTP) by this table.
/// </summary>
internal static class OmitEmpty
{
    private static readonly Dictionary<Type, string[]> s_engineRecords = new()
    {
        [typeof(ContainerConfig)] = ["ExposedPorts", "Healthcheck", "ArgsEscaped", "NetworkDisabled", "MacAddress", "StopSignal", "StopTimeout", "Shell"],
        [typeof(MountSpec)] = ["Type", "Source", "Target", "ReadOnly", "Consistency", "BindOptions", "VolumeOptions", "ImageOptions", "TmpfsOptions", "ClusterOptions"],
        [typeof(MountBindOptions)] = ["Propagation", "NonRecursive", "CreateMountpoint", "ReadOnlyNonRecursive", "ReadOnlyForceRecursive"],
        [typeof(MountVolumeOptions)] = ["NoCopy", "Labels", "Subpath", "DriverConfig"],
        [typeof(MountDriver)] = ["Name", "Options"],
        [typeof(MountTmpfsOptions)] = ["SizeBytes", "Mode", "Options"],
        [typeof(HealthConfig)] = ["Test", "Interval", "Timeout", "StartPeriod", "StartInterval", "Retries"],
        [typeof(HostConfig)] = ["Annotations", "StorageOpt", "Tmpfs", "Sysctls", "Runtime", "Mounts", "Init"],
    };

    /// <summary>Pointers in Go: only null is empty, so that a false or zero that was asked for is shown.</summary>
    private static readonly string[] s_pointers = ["Init", "StopTimeout"];

    public static void Apply(JsonTypeInfo type)
    {
        var table = s_engineRecords.GetValueOrDefault(type.Type, []);
        foreach (var property in type.Properties)
        {
            if (Has<OmitNullAttribute>(property) || s_pointers.Contains(property.Name) && table.Contains(property.Name))
                property.ShouldSerialize = (_, value) => value is not null;
            else if (Has<OmitEmptyAttribute>(property) || table.Contains(property.Name))
                property.ShouldSerialize = (_, value) => !IsEmpty(value);
        }
    }

    private static bool Has<T>(JsonPropertyInfo property) where T : Attribute => property.AttributeProvider?.IsDefined(typeof(T), false) == true;

    private static bool IsEmpty(object? value) => value switch
    {
        null => true,
        string text => text.Length == 0,
        bool flag => !flag,
        int number => number == 0,
        long number => number == 0,
        uint number => number == 0,
        ulong number => number == 0,
        ICollection list => list.Count == 0,
        IEnumerable items => !items.GetEnumerator().MoveNext(),
        _ => false,
    };
}
