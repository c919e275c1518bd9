using System.Text;

namespace Dashboard.Linux.Cgroups;

/// <summary>
/// On cgroup v2 only the real root may have processes and hand controllers to its children at once (kernel
/// Documentation/admin-guide/cgroup-v2.rst, "No Internal Process Constraint"). The root that a container sees is the
/// container's own cgroup, so whoever makes cgroups there first moves what runs there, itself included, into a leaf.
/// </summary>
public static class CgroupLeaf
{
    public const string Name = "init";
    // Each round finds those that were forked in the one before.
    private const int Rounds = 20;

    /// <param name="root">The mount point of cgroup2.</param>
    /// <returns>False when some processes stay, and controllers cannot be handed on: they belong to a foreign pid namespace, or forked all the time.</returns>
    /// <exception cref="IOException">The hierarchy cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The hierarchy cannot be written.</exception>
    public static bool Enter(string root)
    {
        // Every cgroup has a type but the real root.
        if (!File.Exists(Path.Combine(root, "cgroup.type")))
            return true;
        var leaf = Directory.CreateDirectory(Path.Combine(root, Name)).FullName;
        for (var round = 0; round < Rounds; round++)
        {
            var processes = File.ReadAllLines(Path.Combine(root, "cgroup.procs"));
            if (processes.Length == 0)
                return true;
            foreach (var process in processes)
                Move(process, leaf);
        }
        return false;
    }

    private static void Move(string process, string leaf)
    {
        try
        {
            using var members = File.OpenHandle(Path.Combine(leaf, "cgroup.procs"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(members, Encoding.ASCII.GetBytes(process), 0);
        }
        catch (IOException) when (!Directory.Exists("/proc/" + process))
        {
            // It ended since it was listed, or is one of a foreign pid namespace, which is listed as 0.
        }
    }
}
