using Dashboard.Linux;
using Dashboard.Linux.Cgroups;
using Dashboard.Runtime.Cgroups;

namespace Dashboard.Runtime.Shim;

/// <summary>
/// Where shims live: out of the server's own cgroup, so that stopping the service does not take them with it. The move
/// costs an RCU grace period, so it is not made while somebody waits for the container.
/// </summary>
internal sealed class ShimCgroup
{
    private readonly List<string> directories = [];

    /// <summary>Best effort, as the move is: a host that refuses keeps the shim where it was started.</summary>
    public ShimCgroup(CgroupLayout layout, string? path)
    {
        if (path is null)
            return;
        // systemd keeps its services by the unified hierarchy where there is one; the limit on processes is that of "pids".
        foreach (var hierarchy in layout.V1)
        {
            if (hierarchy.Controllers.Contains("pids"))
                directories.Add(hierarchy.MountPoint + path);
        }
        if (layout.Unified is { } unified)
            directories.Add(unified + path);
        foreach (var directory in directories)
            _ = Stat.mkdir(directory, 0x1ed);
    }

    public void Enter()
    {
        foreach (var directory in directories)
            _ = KernelFile.TryWrite(directory + "/cgroup.procs", "0");
    }
}
