using Dashboard.Linux;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Runtime.Cgroups;

/// <summary>The unified hierarchy (kernel Documentation/admin-guide/cgroup-v2.rst).</summary>
internal sealed class CgroupV2(string mountPoint, string path) : Cgroup(path)
{
    private static readonly string[] Wanted = ["cpu", "cpuset", "io", "memory", "pids"];

    private string Home => mountPoint + Path;

    private static readonly string[] LimitNames =
        ["memory.max", "memory.swap.max", "memory.low", "cpu.weight", "cpu.max", "cpuset.cpus", "cpuset.mems", "pids.max", "io.weight"];

    protected override IEnumerable<string> LimitFiles => LimitNames.Select(name => $"{Home}/{name}");

    public override string CloneTarget => Home;

    protected override void MakeDirectories()
    {
        // Controllers reach a child only through every ancestor's subtree_control; io and cpuset may be off at the root.
        var directory = mountPoint;
        foreach (var part in Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var available = KernelFile.TryRead($"{directory}/cgroup.controllers")?.Split(' ') ?? [];
            foreach (var controller in Wanted.Intersect(available))
                _ = KernelFile.TryWrite($"{directory}/cgroup.subtree_control", "+" + controller);
            directory = $"{directory}/{part}";
            Directory.CreateDirectory(directory);
        }
    }

    public override void Apply(Resources resources)
    {
        if (resources.Memory is { } memory)
            Memory(memory);
        if (resources.Cpu is { } cpu)
            Cpu(cpu);
        if (resources.Pids is { } pids)
            Write("pids.max", pids.Limit > 0 ? pids.Limit.ToString() : "max");
        if (resources.BlockIO is { } limits)
            BlockIo(limits);
        foreach (var (file, value) in resources.Unified ?? new Dictionary<string, string>())
            Write(file, value);
        if (resources.Devices.Count > 0)
            DeviceProgram.Attach(Home, resources.Devices);
    }

    private void Memory(MemoryLimits memory)
    {
        if (memory.Limit is { } limit)
            Write("memory.max", limit > 0 ? limit.ToString() : "max");
        // The spec counts memory and swap together, v2 swap alone.
        if (memory.Swap is { } swap && File.Exists($"{Home}/memory.swap.max"))
            Write("memory.swap.max", swap < 0 ? "max" : (swap - Math.Max(0, memory.Limit ?? 0)).ToString());
        if (memory.Reservation is { } reservation)
            Write("memory.low", Math.Max(0, reservation).ToString());
    }

    private void Cpu(CpuLimits cpu)
    {
        if (cpu.Shares is { } shares and > 0)
            Write("cpu.weight", Weight(shares).ToString());
        if (cpu.Quota is not null || cpu.Period is > 0)
            Write("cpu.max", $"{(cpu.Quota is { } quota and > 0 ? quota.ToString() : "max")} {(cpu.Period is { } period and > 0 ? period : 100_000)}");
        if (cpu.Cpus is { Length: > 0 } cpus)
            Write("cpuset.cpus", cpus);
        if (cpu.Mems is { Length: > 0 } mems)
            Write("cpuset.mems", mems);
    }

    private void BlockIo(BlockIoLimits limits)
    {
        if (limits.Weight is { } weight)
            Write("io.weight", $"default {IoWeight(weight)}");
        foreach (var device in limits.WeightDevice ?? [])
            Write("io.weight", $"{device.Major}:{device.Minor} {IoWeight(device.Weight ?? 0)}");
        Throttle("rbps", limits.ThrottleReadBpsDevice);
        Throttle("wbps", limits.ThrottleWriteBpsDevice);
        Throttle("riops", limits.ThrottleReadIOPSDevice);
        Throttle("wiops", limits.ThrottleWriteIOPSDevice);
    }

    private void Throttle(string what, IReadOnlyList<ThrottleDeviceLimit>? devices)
    {
        foreach (var device in devices ?? [])
            Write("io.max", $"{device.Major}:{device.Minor} {what}={device.Rate}");
    }

    private static long IoWeight(ushort weight) => 1 + (Math.Clamp(weight, (ushort)10, (ushort)1000) - 10) * 9999L / 990;

    /// <summary>Shares 2-262144 to weight 1-10000, as runc maps them.</summary>
    internal static ulong Weight(ulong shares) => 1 + (Math.Clamp(shares, 2, 262_144) - 2) * 9999 / 262_142;

    // CLONE_INTO_CGROUP put it here already; an exec'd process of an older kernel may not be.
    public override IReadOnlyList<int> Pids() => PidsBelow(Home);

    public override void Kill()
    {
        if (KernelFile.TryWrite($"{Home}/cgroup.kill", "1") == 0)
            return;
        for (var pids = Pids(); pids.Count > 0; pids = Pids())
        {
            foreach (var pid in pids)
                _ = Signal.kill(pid, Signal.SIGKILL);
            KernelFile.Settle();
        }
    }

    public override void Freeze(bool frozen) => Write("cgroup.freeze", frozen ? "1" : "0");

    public override long OomKills() => KernelFile.ReadField($"{Home}/memory.events", "oom_kill");

    public override void Remove() => RemoveTree(Home);

    private void Write(string file, string value) => KernelFile.Write($"{Home}/{file}", value);
}
