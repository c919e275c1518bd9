using System.Text.Json;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;

namespace Dashboard.Engine.Api.Views;

/// <summary>The Mounts of list and inspect, from what the container was created with.</summary>
internal static class MountPoints
{
    private static readonly string[] s_propagations = ["shared", "rshared", "slave", "rslave", "private", "rprivate"];

    public static IReadOnlyList<MountPoint> Of(Container container) =>
    [
        .. (container.HostConfig.Binds ?? []).Select(FromBind).OfType<MountPoint>(),
        .. (container.HostConfig.Mounts ?? []).Select(FromMount).OfType<MountPoint>(),
    ];

    /// <summary><c>/host/dir:/container/dir:ro,rslave</c></summary>
    private static MountPoint? FromBind(string bind)
    {
        var parts = bind.Split(':');
        if (parts.Length < 2) return null;
        var mode = parts.Length > 2 ? parts[2] : "";
        var options = mode.Split(',');
        return new MountPoint
        {
            Type = "bind",
            Source = parts[0],
            Destination = parts[1],
            Mode = mode,
            RW = !options.Contains("ro"),
            Propagation = options.FirstOrDefault(option => s_propagations.Contains(option)) ?? "rprivate",
        };
    }

    private static MountPoint? FromMount(JsonElement mount)
    {
        if (Text(mount, "Target") is not { Length: > 0 } target || Text(mount, "Type") is not { Length: > 0 } type) return null;
        return new MountPoint
        {
            Type = type,
            Source = Text(mount, "Source") ?? "",
            Destination = target,
            RW = !(mount.TryGetProperty("ReadOnly", out var readOnly) && readOnly.ValueKind == JsonValueKind.True),
            Propagation = type == "bind" ? "rprivate" : "",
        };
    }

    private static string? Text(JsonElement mount, string name) => mount.ValueKind == JsonValueKind.Object && mount.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
        ? value.GetString()
        : null;
}
