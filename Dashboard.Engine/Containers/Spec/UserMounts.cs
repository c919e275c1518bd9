using Dashboard.Engine.Containers.Mounts;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>A container's own mounts as the runtime takes them, parents before children.</summary>
internal static class UserMounts
{
    public static IReadOnlyList<Mount> Of(HostConfig host, IReadOnlyList<ContainerMount> settled)
    {
        IEnumerable<Mount> all =
        [
            .. settled.Select(Of),
            // Last, and so on top where the image has a volume at the same place.
            .. (host.Tmpfs ?? new Dictionary<string, string>()).Select(pair => Tmpfs(ContainerPath.Clean(pair.Key), pair.Value)),
        ];
        return [.. all.OrderBy(mount => mount.Destination.Count(letter => letter == '/'))];
    }

    private static Mount Of(ContainerMount mount) => mount.Type is ContainerMount.Tmpfs
        ? Tmpfs(mount.Destination, mount.Options)
        : new Mount
        {
            Destination = mount.Destination,
            Type = "bind",
            Source = mount.Source,
            Subpath = mount.Subpath is "" ? null : mount.Subpath,
            Options = [mount.NonRecursive ? "bind" : "rbind", mount.Propagation is "" ? "rprivate" : mount.Propagation, Access(mount)],
        };

    // "rro": read-only through all mounts below, "ro": for itself alone (runtime-spec, config.md).
    private static string Access(ContainerMount mount) =>
        mount.Writable ? "rw" : mount.NonRecursive || mount.ReadOnlyNonRecursive || !RecursiveReadOnly.IsSupported ? "ro" : "rro";

    private static Mount Tmpfs(string destination, string options) =>
        new() { Destination = destination, Type = "tmpfs", Source = "tmpfs", Options = TmpfsWords.Complete(options) };
}
