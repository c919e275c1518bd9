using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>The mounts of every container, then the user's. A user's mount at the same place wins.</summary>
internal static class DefaultMounts
{
    /// <param name="host">Its wishes.</param>
    /// <param name="settled">Volumes and binds.</param>
    /// <param name="dataDirectory">Of the container whose network it uses.</param>
    /// <param name="sharedMemory">On the host; null when /dev/shm is its own.</param>
    public static IReadOnlyList<Mount> Of(HostConfig host, IReadOnlyList<ContainerMount> settled, string dataDirectory, string? sharedMemory = null)
    {
        var user = UserMounts.Of(host, settled);
        var places = user.Select(mount => mount.Destination).ToHashSet();
        var files = ((string[])["resolv.conf", "hostname", "hosts"]).Select(name => new Mount
        {
            Destination = "/etc/" + name,
            Type = "bind",
            Source = Path.Combine(dataDirectory, name),
            Options = ["rbind", "rprivate"],
        });
        return
        [
            .. Kernel(host, sharedMemory).Where(mount => !IsReplaced(mount.Destination, places)),
            .. files.Where(mount => !IsReplaced(mount.Destination, places)).Concat(user).OrderBy(mount => mount.Destination.Count(letter => letter == '/')),
        ];
    }

    // Whoever mounts something of his own at /dev takes what lies below it as well.
    private static bool IsReplaced(string place, HashSet<string> places) =>
        places.Contains(place) || (place.StartsWith("/dev/", StringComparison.Ordinal) && places.Contains("/dev"));

    private static IEnumerable<Mount> Kernel(HostConfig host, string? sharedMemory)
    {
        string[] writable = host.Privileged ? [] : ["ro"];
        yield return New("/proc", "proc", "proc", "nosuid", "noexec", "nodev");
        yield return New("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k");
        yield return New("/dev/pts", "devpts", "devpts", "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5");
        yield return New("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", .. writable]);
        yield return New("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", .. writable]);
        if (host.IpcMode is "host")
        {
            // A host may have none.
            if (Directory.Exists("/dev/mqueue"))
                yield return New("/dev/mqueue", "bind", "/dev/mqueue", "rbind", "nosuid", "noexec", "nodev");
            yield return New("/dev/shm", "bind", "/dev/shm", "rbind", "nosuid", "noexec", "nodev");
            yield break;
        }
        yield return New("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev");
        if (sharedMemory is not null)
            yield return New("/dev/shm", "bind", sharedMemory, "rbind", "rprivate");
        else if (host.IpcMode is not "none")
            yield return New("/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", $"size={host.ShmSize}");
    }

    private static Mount New(string destination, string type, string source, params string[] options) =>
        new() { Destination = destination, Type = type, Source = source, Options = options };
}
