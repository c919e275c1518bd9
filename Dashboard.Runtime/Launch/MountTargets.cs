namespace Dashboard.Runtime.Launch;

/// <summary>
/// Where the mounts of a spec really go. An image's symlinks are followed as they will be inside of its root, so that
/// missing directories can be made at their far end (/etc/resolv.conf is often a link into an empty /run). Below a place
/// where something is mounted already the image has no word. Safety does not rest on this: the mounts happen after the
/// pivot, where no link leads out.
/// </summary>
internal sealed class MountTargets(string rootfs)
{
    private const int MaxLinks = 40;

    // Files that lxcfs and the like put in place of the kernel's; the same that runc lets pass.
    private static readonly string[] ReplaceableProcFiles =
        ["cpuinfo", "diskstats", "meminfo", "stat", "swaps", "uptime", "loadavg", "slabinfo", "sys/kernel/ns_last_pid", "sys/crypto/fips_enabled"];

    private readonly HashSet<string> mounted = new(StringComparer.Ordinal);

    /// <summary>The place of a mount, which counts as mounted from now on.</summary>
    /// <exception cref="LaunchException">The place is not one for such a mount.</exception>
    public string Take(string destination, string? type, string? source)
    {
        var place = Resolve(destination);
        // Masks and read-only paths trust these names: they must be what they are called.
        if ((type is "proc" or "sysfs" || destination == "/dev") && place != destination)
            throw new LaunchException($"mount of {type} at {destination}: the image has a symlink there, to {place}; it must be a directory");
        if (type is not "proc" && source is not "/proc" && IsUnder(place, "/proc") && !ReplaceableProcFiles.Contains(place[Math.Min(place.Length, 6)..]))
            throw new LaunchException($"mount at {destination}: it would cover {place}, and nothing but a proc file system may be mounted in /proc");
        mounted.Add(place);
        return place;
    }

    /// <summary>The permission bits of what the image has at a place, or null.</summary>
    public int? ModeOf(string place) =>
        !mounted.Any(mount => IsUnder(place, mount) && mount != place) && Directory.Exists(rootfs + place) ? (int)File.GetUnixFileMode(rootfs + place) : null;

    public static bool IsUnder(string path, string directory) =>
        path == directory || (path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/');

    public string Resolve(string path)
    {
        var left = new Stack<string>(path.Split('/').Reverse());
        var place = "";
        for (var links = 0; left.TryPop(out var name);)
        {
            if (name is "" or ".")
                continue;
            if (name is "..")
            {
                place = place[..Math.Max(0, place.LastIndexOf('/'))];
                continue;
            }
            var next = $"{place}/{name}";
            if (LinkAt(next) is not { } target)
            {
                place = next;
                continue;
            }
            if (++links > MaxLinks)
                throw new LaunchException($"mount at {path}: too many levels of symbolic links");
            if (target.StartsWith('/'))
                place = "";
            foreach (var part in target.Split('/').Reverse())
                left.Push(part);
        }
        return place.Length == 0 ? "/" : place;
    }

    private string? LinkAt(string place) => mounted.Any(mount => IsUnder(place, mount)) ? null : new FileInfo(rootfs + place).LinkTarget;
}
