namespace Dashboard.Linux.Cgroups;

/// <summary>One mounted v1 hierarchy and its controllers (cgroups(7)).</summary>
public sealed record CgroupHierarchy(string MountPoint, IReadOnlyList<string> Controllers);

/// <summary>
/// Which cgroup file systems this host has, per controller: v1, v2, or the hybrid where some controllers are v1 and a
/// cgroup2 mount serves the rest. Read from mountinfo (proc(5)), whose lines look like
/// <c>33 29 0:28 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory</c>.
/// </summary>
public sealed record CgroupLayout
{
    private static readonly string[] NotControllers = ["rw", "ro", "xattr", "release_agent", "clone_children", "cpuset_v2_mode", "favordynmods"];

    /// <summary>In mount order; named hierarchies (<c>name=systemd</c>) are left out.</summary>
    public required IReadOnlyList<CgroupHierarchy> V1 { get; init; }

    /// <summary>Mount point of cgroup2, or null.</summary>
    public string? Unified { get; init; }

    /// <summary>True when the limits are v2's.</summary>
    public bool IsV2 => V1.Count == 0 && Unified is not null;

    /// <summary>Mount point of the v1 hierarchy with this controller, or null.</summary>
    public string? V1MountOf(string controller) => V1.FirstOrDefault(hierarchy => hierarchy.Controllers.Contains(controller))?.MountPoint;

    public static CgroupLayout Detect() => Parse(File.ReadLines("/proc/self/mountinfo"));

    public static CgroupLayout Parse(IEnumerable<string> mountinfo)
    {
        var v1 = new List<CgroupHierarchy>();
        string? unified = null;
        foreach (var line in mountinfo)
        {
            var separator = line.IndexOf(" - ", StringComparison.Ordinal);
            if (separator < 0)
                continue;
            var kind = line[(separator + 3)..].Split(' ');
            if (kind[0] is not ("cgroup" or "cgroup2"))
                continue;
            var mountPoint = line[..separator].Split(' ')[4];
            if (kind[0] == "cgroup2")
            {
                unified ??= mountPoint;
                continue;
            }
            string[] controllers = [.. kind[2].Split(',').Where(option => !option.StartsWith("name=", StringComparison.Ordinal) && !NotControllers.Contains(option) && !option.StartsWith("release_agent", StringComparison.Ordinal))];
            if (controllers.Length > 0 && !v1.Exists(hierarchy => hierarchy.Controllers.SequenceEqual(controllers)))
                v1.Add(new(mountPoint, controllers));
        }
        return new() { V1 = v1, Unified = unified };
    }
}
