using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>Device nodes of the host for containers that ask for them.</summary>
internal static class HostDevices
{
    // Made per container, or bound to the host's own instances.
    private static readonly HashSet<string> SkippedDirectories = ["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev"];

    /// <summary>All of them, for a privileged container.</summary>
    public static IReadOnlyList<DeviceNode> All() => [.. Walk("/dev", "/dev")];

    /// <summary>A node, or all nodes of a directory.</summary>
    /// <exception cref="EngineException">In dockerd's words, when there is none.</exception>
    public static IReadOnlyList<DeviceNode> Of(DeviceMapping mapping)
    {
        var target = mapping.PathInContainer is "" ? mapping.PathOnHost : mapping.PathInContainer;
        if (Directory.Exists(mapping.PathOnHost) && Walk(mapping.PathOnHost, target).ToList() is { Count: > 0 } nodes)
            return nodes;
        if (Read(mapping.PathOnHost, target, follow: true) is { } node)
            return [node];
        throw new EngineException(ErrorKind.System, $"error gathering device information while adding custom device \"{mapping.PathOnHost}\": "
            + (Path.Exists(mapping.PathOnHost) ? "not a device node" : "no such file or directory"));
    }

    private static IEnumerable<DeviceNode> Walk(string directory, string target)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(path);
            var inside = $"{target}/{name}";
            var isDirectory = Directory.Exists(path) && new DirectoryInfo(path).LinkTarget is null;
            if (isDirectory && !SkippedDirectories.Contains(name))
            {
                foreach (var node in Walk(path, inside))
                    yield return node;
            }
            else if (!isDirectory && name != "console" && Read(path, inside, follow: false) is { } node)
            {
                yield return node;
            }
        }
    }

    private static DeviceNode? Read(string path, string inside, bool follow)
    {
        if (At.statx(At.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), follow ? 0 : At.AT_SYMLINK_NOFOLLOW, out var status) != 0 || status.Type is not (At.S_IFCHR or At.S_IFBLK))
            return null;
        return new DeviceNode
        {
            Path = inside,
            Type = status.Type == At.S_IFCHR ? "c" : "b",
            Major = status.DeviceMajor,
            Minor = status.DeviceMinor,
            FileMode = (uint)status.Mode & 0xFFF,
            Uid = status.Uid,
            Gid = status.Gid,
        };
    }
}
