using Dashboard.Engine.Errors;
using Dashboard.Engine.Volumes;

namespace Dashboard.Engine.Containers.Mounts;

/// <summary>A bind can pass mounts on, or receive them, only where its source's own mount does (kernel, sharedsubtree.rst).</summary>
internal static class MountPropagation
{
    /// <exception cref="EngineException">In Docker's words.</exception>
    public static void Check(ContainerMount mount, IReadOnlyList<MountEntry> mounts)
    {
        if (mount.Propagation is not ("shared" or "rshared" or "slave" or "rslave"))
            return;
        var over = MountTable.Over(mounts, RealPath(mount.Source))
            ?? throw new EngineException(ErrorKind.System, $"path {mount.Source} is on no mount of this host");
        if (over.IsShared || (over.IsSlave && mount.Propagation.EndsWith("slave", StringComparison.Ordinal)))
            return;
        var wanted = mount.Propagation.EndsWith("slave", StringComparison.Ordinal) ? "shared or slave" : "shared";
        throw new EngineException(ErrorKind.System, $"path {mount.Source} is mounted on {over.MountPoint} but it is not a {wanted} mount");
    }

    // Links are the host's own here; a path that cannot be followed stays as it is, and the mount says why.
    private static string RealPath(string path)
    {
        var real = "";
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = $"{real}/{part}";
            real = Directory.Exists(next) ? new DirectoryInfo(next).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? next : next;
        }
        return real is "" ? "/" : real;
    }
}
