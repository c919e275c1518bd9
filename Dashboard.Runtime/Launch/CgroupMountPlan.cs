namespace Dashboard.Runtime.Launch;

/// <summary>What stands under /sys/fs/cgroup of a container: v1 hierarchies by directory name and mount data, and links of joined controllers. Empty: cgroup v2 alone.</summary>
internal sealed record CgroupMountPlan(IReadOnlyList<(string Name, string Data)> Hierarchies, IReadOnlyList<(string Link, string Target)> Links)
{
    public static CgroupMountPlan From(Linux.Cgroups.CgroupLayout layout)
    {
        if (layout.V1.Count == 0)
            return new([], []);
        var hierarchies = new List<(string, string)>();
        var links = new List<(string, string)>();
        foreach (var hierarchy in layout.V1)
        {
            var name = string.Join(',', hierarchy.Controllers);
            hierarchies.Add((name, name));
            if (hierarchy.Controllers.Count > 1)
                links.AddRange(hierarchy.Controllers.Select(controller => (controller, name)));
        }
        return new(hierarchies, links);
    }
}
