using Dashboard.Linux.Cgroups;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Runtime.Cgroups;

/// <summary>
/// The cgroup of one container, v1 or v2 (cgroups(7)). On a hybrid host the limits are v1's, and the v2 hierarchy lends
/// what it does better: a clone straight into it, one-write kill, freeze.
/// </summary>
internal abstract class Cgroup(string path)
{
    /// <summary>Absolute, under the root of each hierarchy.</summary>
    public string Path { get; } = path;

    public static Cgroup For(CgroupLayout layout, string path) =>
        layout.V1.Count > 0 ? new CgroupV1(layout, path) : new CgroupV2(layout.Unified ?? throw new Launch.LaunchException("no cgroup file system is mounted; mount cgroup2 on /sys/fs/cgroup"), path);

    /// <summary>Directory for CLONE_INTO_CGROUP, or null.</summary>
    public abstract string? CloneTarget { get; }

    /// <summary>
    /// Directory for the clone of an exec'd process, or null. Where the container has cgroups of its own below this one, this
    /// one takes no process any more (cgroup-v2.rst, "No Internal Process Constraint"): then it goes where the init is.
    /// </summary>
    public string? ExecTarget(int init)
    {
        if (CloneTarget is not { } home || KernelFile.TryRead($"{home}/cgroup.subtree_control") is null or "")
            return CloneTarget;
        // 0::/dashboard/ID/init
        var place = KernelFile.ReadLines($"/proc/{init}/cgroup").FirstOrDefault(line => line.StartsWith("0::" + Path + "/", StringComparison.Ordinal));
        return place is null ? home : home + place[("0::".Length + Path.Length)..];
    }

    /// <summary>Makes the directories and writes the limits; undoes itself on failure.</summary>
    public void Create(Resources? resources)
    {
        try
        {
            MakeDirectories();
            Apply(DefaultDeviceRules.Complete(resources ?? new Resources()));
        }
        catch
        {
            Remove();
            throw;
        }
    }

    public abstract void Apply(Resources resources);

    /// <summary>Other limits for a cgroup in use; when one is refused, those of before are back in force.</summary>
    public void Update(Resources resources)
    {
        var before = LimitFiles.Select(file => (file, Value: KernelFile.TryRead(file))).Where(limit => limit.Value is not null).ToList();
        try
        {
            Apply(resources);
        }
        catch (Launch.LaunchException)
        {
            BeforeRestore();
            foreach (var (file, value) in before)
                _ = KernelFile.TryWrite(file, value + "\n");
            throw;
        }
    }

    /// <summary>The files that <see cref="Apply"/> writes, in an order in which older values can be written back.</summary>
    protected abstract IEnumerable<string> LimitFiles { get; }

    /// <summary>Widens what would be in the way of older values.</summary>
    protected virtual void BeforeRestore()
    {
    }

    /// <summary>
    /// Where <see cref="CloneTarget"/> does not lead: a process with one thread writes "0" to each of these to move itself
    /// in. Moving another one, or writing to cgroup.procs, takes a lock against every fork and exit of the machine, and with
    /// it an RCU grace period of 5 to 30 ms (kernel, cgroup_procs_write_start).
    /// </summary>
    public virtual IEnumerable<string> JoinFiles => [];

    /// <summary>Every process in it and below.</summary>
    public abstract IReadOnlyList<int> Pids();

    /// <summary>SIGKILL to all.</summary>
    public abstract void Kill();

    public abstract void Freeze(bool frozen);

    /// <summary>Times that the kernel's OOM killer took a process of this cgroup.</summary>
    public abstract long OomKills();

    /// <summary>Removes what is empty; idempotent.</summary>
    public abstract void Remove();

    protected abstract void MakeDirectories();

    /// <summary>Deepest first: a cgroup with children cannot be removed.</summary>
    protected static void RemoveTree(string directory)
    {
        if (!Directory.Exists(directory))
            return;
        foreach (var child in Directory.GetDirectories(directory))
            RemoveTree(child);
        // rmdir, not Directory.Delete: the files of a cgroup cannot be unlinked. EBUSY for an instant after the last exit.
        for (var attempt = 0; Linux.Unistd.rmdir(directory) != 0 && Linux.Errno.Last == Linux.Errno.EBUSY && attempt < 50; attempt++)
            KernelFile.Settle();
    }

    protected static List<int> PidsBelow(string directory)
    {
        var pids = new List<int>();
        if (!Directory.Exists(directory))
            return pids;
        foreach (var line in KernelFile.ReadLines($"{directory}/cgroup.procs"))
            pids.Add(int.Parse(line));
        foreach (var child in Directory.GetDirectories(directory))
            pids.AddRange(PidsBelow(child));
        return pids;
    }
}
