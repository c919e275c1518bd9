using System.Reflection;
using System.Runtime.InteropServices;
using Dashboard.Engine.Stats;
using Dashboard.Linux.Cgroups;

namespace Dashboard.Engine.Info;

/// <summary>Looks at the host once, at start.</summary>
public sealed class SystemService : ISystemService
{
    private const ulong SysResource = 1ul << 24;

    private readonly CgroupLayout layout = CgroupLayout.Detect();

    public SystemService(EngineOptions options)
    {
        var release = File.Exists("/etc/os-release") ? Release() : [];
        var version = typeof(SystemService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
        Facts = new HostFacts
        {
            EngineId = EngineId(options),
            Hostname = Environment.MachineName,
            KernelVersion = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            OperatingSystem = release.GetValueOrDefault("PRETTY_NAME", "Linux"),
            OsVersion = release.GetValueOrDefault("VERSION_ID", ""),
            Architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64",
            Cpus = Environment.ProcessorCount,
            MemoryBytes = (long)HostCounters.Memory(),
            CgroupVersion = layout.IsV2 ? "2" : "1",
            DataRoot = options.DataRoot,
            RuntimeVersion = version,
            EngineVersion = version,
            Warnings = [.. Warnings(options)],
            SecurityOptions = ["name=seccomp,profile=builtin", "name=cgroupns"],
            Limits = Limits(),
        };
    }

    public HostFacts Facts { get; }

    private IEnumerable<string> Warnings(EngineOptions options)
    {
        if (!File.Exists(options.RuntimeBinary))
            yield return $"The container runtime {options.RuntimeBinary} is missing, so no container can start: install gcc, libc6-dev and binutils, and build again.";
        if ((EnginePrivileges.Effective & SysResource) == 0)
            yield return "The engine runs without CAP_SYS_RESOURCE: resource limits above the host's are clamped.";
        foreach (var controller in new[] { "memory", "cpu", "pids" })
        {
            if (!Has(controller))
                yield return $"The kernel offers no {controller} cgroup controller here: limits that need it are refused. Enable it (cgroup_enable={controller} on the kernel command line).";
        }
    }

    private bool Has(string controller) => layout.IsV2
        ? File.ReadAllText($"{layout.Unified}/cgroup.controllers").Split((char[])[' ', '\n']).Contains(controller)
        : layout.V1MountOf(controller) is not null;

    private Dictionary<string, bool> Limits() => new()
    {
        ["MemoryLimit"] = Has("memory"),
        ["SwapLimit"] = layout.IsV2 ? Has("memory") : File.Exists($"{layout.V1MountOf("memory")}/memory.memsw.limit_in_bytes"),
        ["CpuCfsPeriod"] = Has("cpu"),
        ["CpuCfsQuota"] = Has("cpu"),
        ["CPUShares"] = Has("cpu"),
        ["CPUSet"] = Has("cpuset"),
        ["PidsLimit"] = Has("pids"),
        ["IPv4Forwarding"] = IsOn("/proc/sys/net/ipv4/ip_forward"),
        ["OomKillDisable"] = !layout.IsV2 && Has("memory"),
        ["BridgeNfIptables"] = IsOn("/proc/sys/net/bridge/bridge-nf-call-iptables"),
        ["BridgeNfIp6tables"] = IsOn("/proc/sys/net/bridge/bridge-nf-call-ip6tables"),
    };

    // A switch of a module that is not loaded has no file.
    private static bool IsOn(string path) => File.Exists(path) && File.ReadAllText(path).Trim() == "1";

    // VERSION_ID="12"
    private static Dictionary<string, string> Release() => File.ReadLines("/etc/os-release")
        .Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2)
        .GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.Last()[1].Trim('"'));

    // Made once and kept with the data: clients tell engines apart by it.
    private static string EngineId(EngineOptions options)
    {
        var path = Path.Combine(options.DataRoot, "engine-id");
        if (File.Exists(path))
            return File.ReadAllText(path).Trim();
        Directory.CreateDirectory(options.DataRoot);
        var id = Guid.NewGuid().ToString();
        File.WriteAllText(path + ".tmp", id);
        File.Move(path + ".tmp", path, overwrite: true);
        return id;
    }
}
