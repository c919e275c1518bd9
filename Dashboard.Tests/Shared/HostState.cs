namespace Dashboard.Tests.Shared;

/// <summary>What the kernel holds for one engine: read for comparison, and swept after a test host has ended.</summary>
internal static class HostState
{
    private const string CgroupRoot = "/sys/fs/cgroup";

    /// <summary>Mount points of this mount namespace that lie under one of the roots.</summary>
    public static IEnumerable<string> MountsBelow(params string[] roots) => File.ReadLines("/proc/self/mountinfo")
        .Select(line => line.Split(' ')[4])
        .Where(mountPoint => roots.Any(root => mountPoint == root || mountPoint.StartsWith(root + "/", StringComparison.Ordinal)));

    /// <summary>cgroup directories of all hierarchies whose path has the mark.</summary>
    public static IEnumerable<string> Cgroups(string mark)
    {
        foreach (var hierarchy in Hierarchies())
        {
            foreach (var top in Directory.EnumerateDirectories(hierarchy))
            {
                if (!top.Contains(mark, StringComparison.Ordinal)) continue;
                yield return top;
                foreach (var below in Directory.EnumerateDirectories(top, "*", SearchOption.AllDirectories)) yield return below;
            }
        }
    }

    /// <summary>"comm arguments" of every process whose command line has one of the roots or whose cgroup has the mark, by pid.</summary>
    public static IReadOnlyDictionary<int, string> Processes(string mark, params string[] roots)
    {
        var found = new Dictionary<int, string>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out var pid) || pid == Environment.ProcessId) continue;
            try
            {
                var commandLine = File.ReadAllText(directory + "/cmdline").Replace('\0', ' ').Trim();
                var belongs = roots.Any(root => commandLine.Contains(root + "/", StringComparison.Ordinal))
                    || File.ReadAllText(directory + "/cgroup").Contains(mark, StringComparison.Ordinal);
                if (belongs) found[pid] = commandLine;
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }
        return found;
    }

    /// <summary>Namespaces that a process keeps alive by a descriptor, such as <c>net:[4026532281]</c>.</summary>
    public static IEnumerable<string> NamespacesHeldBy(int pid)
    {
        foreach (var descriptor in Directory.EnumerateFiles($"/proc/{pid}/fd"))
        {
            if (new FileInfo(descriptor).LinkTarget is { } target && target.Contains(":[", StringComparison.Ordinal) && !target.StartsWith("socket:", StringComparison.Ordinal)
                && !target.StartsWith("pipe:", StringComparison.Ordinal) && !target.StartsWith("anon_inode:", StringComparison.Ordinal)) yield return target;
        }
    }

    public static int DescriptorsOf(int pid) => Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd").Count();

    /// <summary>VmRSS of /proc/pid/status, in bytes.</summary>
    public static long MemoryOf(int pid) =>
        long.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) << 10;

    /// <summary>Bytes that a process has written so far, to whatever (proc_pid_io(5)).</summary>
    public static long WrittenBy(int pid) =>
        long.Parse(File.ReadLines($"/proc/{pid}/io").First(line => line.StartsWith("wchar:", StringComparison.Ordinal)).Split(' ')[1]);

    public static async Task UnmountBelowAsync(string root)
    {
        foreach (var mountPoint in MountsBelow(root).OrderByDescending(path => path.Length).ToList())
            await Command.RunAsync("umount", "--lazy", mountPoint);
    }

    /// <summary>Removes the empty cgroups with the mark. A full one stays and fails loudly.</summary>
    public static void RemoveCgroups(string mark)
    {
        foreach (var cgroup in Cgroups(mark).OrderByDescending(path => path.Length).ToList()) Directory.Delete(cgroup);
    }

    private static IEnumerable<string> Hierarchies() => File.Exists(CgroupRoot + "/cgroup.procs")
        ? [CgroupRoot]
        : Directory.EnumerateDirectories(CgroupRoot).Where(directory => new DirectoryInfo(directory).LinkTarget is null);
}
