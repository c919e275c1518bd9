using Dashboard.Linux;
using Dashboard.Linux.Cgroups;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Runtime.Cgroups;

/// <summary>One directory per hierarchy (kernel Documentation/admin-guide/cgroup-v1).</summary>
internal sealed class CgroupV1(CgroupLayout layout, string path) : Cgroup(path)
{
    // Memory before its sum with swap: the sum is widened first.
    private static readonly (string Controller, string File)[] LimitNames =
    [
        ("memory", "memory.limit_in_bytes"), ("memory", "memory.memsw.limit_in_bytes"), ("memory", "memory.soft_limit_in_bytes"),
        ("cpu", "cpu.shares"), ("cpu", "cpu.cfs_period_us"), ("cpu", "cpu.cfs_quota_us"),
        ("cpuset", "cpuset.cpus"), ("cpuset", "cpuset.mems"), ("pids", "pids.max"), ("blkio", "blkio.bfq.weight"), ("blkio", "blkio.weight"),
    ];

    public override string? CloneTarget => layout.Unified is null ? null : layout.Unified + Path;

    private IEnumerable<string> Directories => layout.V1.Select(hierarchy => hierarchy.MountPoint + Path);

    private string? Of(string controller) => layout.V1MountOf(controller) is { } mount ? mount + Path : null;

    protected override void MakeDirectories()
    {
        foreach (var hierarchy in layout.V1)
        {
            Directory.CreateDirectory(hierarchy.MountPoint + Path);
            if (hierarchy.Controllers.Contains("cpuset"))
                InheritCpuset(hierarchy.MountPoint);
        }
        if (CloneTarget is { } unified)
            Directory.CreateDirectory(unified);
    }

    // A new cpuset is empty and takes no process until cpus and mems are filled in, from the top down.
    private void InheritCpuset(string mountPoint)
    {
        var parent = mountPoint;
        foreach (var part in Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var directory = $"{parent}/{part}";
            foreach (var file in (ReadOnlySpan<string>)["cpuset.cpus", "cpuset.mems"])
            {
                if (KernelFile.TryRead($"{directory}/{file}") is "" && KernelFile.TryRead($"{parent}/{file}") is { Length: > 0 } value)
                    KernelFile.Write($"{directory}/{file}", value);
            }
            parent = directory;
        }
    }

    public override void Apply(Resources resources)
    {
        Memory(resources.Memory);
        Cpu(resources.Cpu);
        if (resources.Pids is { } pids)
            Write("pids", "pids.max", pids.Limit > 0 ? pids.Limit.ToString() : "max");
        BlockIo(resources.BlockIO);
        Devices(resources.Devices);
    }

    private void Memory(MemoryLimits? memory)
    {
        if (memory is null)
            return;
        if (memory.Limit is { } limit)
        {
            // memory <= memory+swap must hold at every instant: when growing, the sum first.
            Try("memory", "memory.memsw.limit_in_bytes", "-1");
            Write("memory", "memory.limit_in_bytes", limit.ToString());
        }
        if (memory.Swap is { } swap)
            Try("memory", "memory.memsw.limit_in_bytes", swap.ToString());
        if (memory.Reservation is { } reservation)
            Write("memory", "memory.soft_limit_in_bytes", reservation.ToString());
        if (memory.Swappiness is { } swappiness)
            Write("memory", "memory.swappiness", swappiness.ToString());
        if (memory.DisableOOMKiller == true)
            Write("memory", "memory.oom_control", "1");
    }

    private void Cpu(CpuLimits? cpu)
    {
        if (cpu is null)
            return;
        if (cpu.Shares is { } shares and > 0)
            Write("cpu", "cpu.shares", shares.ToString());
        if (cpu.Period is { } period and > 0)
            Write("cpu", "cpu.cfs_period_us", period.ToString());
        if (cpu.Quota is { } quota and not 0)
            Write("cpu", "cpu.cfs_quota_us", quota.ToString());
        if (cpu.RealtimePeriod is { } realtimePeriod and > 0)
            Write("cpu", "cpu.rt_period_us", realtimePeriod.ToString());
        if (cpu.RealtimeRuntime is { } realtime)
            Write("cpu", "cpu.rt_runtime_us", realtime.ToString());
        if (cpu.Cpus is { Length: > 0 } cpus)
            Write("cpuset", "cpuset.cpus", cpus);
        if (cpu.Mems is { Length: > 0 } mems)
            Write("cpuset", "cpuset.mems", mems);
    }

    private void BlockIo(BlockIoLimits? limits)
    {
        if (limits is null)
            return;
        // The weights are those of the one scheduler that still has them.
        var scheduler = File.Exists(Of("blkio") + "/blkio.bfq.weight") ? "blkio.bfq" : "blkio";
        if (limits.Weight is { } weight)
            Write("blkio", scheduler + ".weight", weight.ToString());
        foreach (var device in limits.WeightDevice ?? [])
            Write("blkio", scheduler + ".weight_device", $"{device.Major}:{device.Minor} {device.Weight}");
        Throttle("read_bps", limits.ThrottleReadBpsDevice);
        Throttle("write_bps", limits.ThrottleWriteBpsDevice);
        Throttle("read_iops", limits.ThrottleReadIOPSDevice);
        Throttle("write_iops", limits.ThrottleWriteIOPSDevice);
    }

    private void Throttle(string what, IReadOnlyList<ThrottleDeviceLimit>? devices)
    {
        foreach (var device in devices ?? [])
            Write("blkio", $"blkio.throttle.{what}_device", $"{device.Major}:{device.Minor} {device.Rate}");
    }

    private void Devices(IReadOnlyList<DeviceRule> rules)
    {
        foreach (var rule in rules)
        {
            var number = (long? part) => part is null or < 0 ? "*" : part.Value.ToString();
            var type = rule.Type is null or "" ? "a" : rule.Type;
            var line = type == "a" ? "a *:* rwm" : $"{type} {number(rule.Major)}:{number(rule.Minor)} {rule.Access ?? "rwm"}";
            Write("devices", rule.Allow ? "devices.allow" : "devices.deny", line);
        }
    }

    protected override IEnumerable<string> LimitFiles => LimitNames
        .Select(limit => Of(limit.Controller) is { } directory ? $"{directory}/{limit.File}" : null)
        .OfType<string>();

    protected override void BeforeRestore() => TryAnyway("memory", "memory.memsw.limit_in_bytes", "-1");

    public override IEnumerable<string> JoinFiles => Directories.Select(directory => directory + "/tasks");

    public override IReadOnlyList<int> Pids() => PidsBelow(CloneTarget ?? Directories.First());

    public override void Kill()
    {
        if (CloneTarget is { } unified && KernelFile.TryWrite($"{unified}/cgroup.kill", "1") == 0)
            return;
        // Without cgroup.kill: until a round finds nobody, since a process may fork between the read and its signal.
        for (var pids = Pids(); pids.Count > 0; pids = Pids())
        {
            foreach (var pid in pids)
                _ = Signal.kill(pid, Signal.SIGKILL);
            KernelFile.Settle();
        }
    }

    public override void Freeze(bool frozen)
    {
        if (Of("freezer") is { } directory)
            KernelFile.Write($"{directory}/freezer.state", frozen ? "FROZEN" : "THAWED");
        else
            KernelFile.Write($"{CloneTarget}/cgroup.freeze", frozen ? "1" : "0");
    }

    public override long OomKills() => Of("memory") is { } directory ? KernelFile.ReadField($"{directory}/memory.oom_control", "oom_kill") : 0;

    public override void Remove()
    {
        foreach (var directory in Directories)
            RemoveTree(directory);
        if (CloneTarget is { } unified)
            RemoveTree(unified);
    }

    private void Write(string controller, string file, string value)
    {
        var directory = Of(controller) ?? throw new Launch.LaunchException($"this host has no cgroup controller {controller}, which {file}={value} needs");
        KernelFile.Write($"{directory}/{file}", value);
    }

    // Swap accounting may be off (swapaccount=0): the engine warned at create, the memory limit still holds.
    private void Try(string controller, string file, string value)
    {
        if (Of(controller) is { } directory && File.Exists($"{directory}/{file}"))
            KernelFile.Write($"{directory}/{file}", value);
    }

    private void TryAnyway(string controller, string file, string value)
    {
        if (Of(controller) is { } directory)
            _ = KernelFile.TryWrite($"{directory}/{file}", value);
    }
}
