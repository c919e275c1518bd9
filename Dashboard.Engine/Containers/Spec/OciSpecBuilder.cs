using System.Runtime.InteropServices;
using Dashboard.Engine.Confinement;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Engine.Containers.Links;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Images;
using Dashboard.Engine.Tasks;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>A container as the runtime shall make it: Docker's defaults, the image's users, the host config's wishes.</summary>
internal sealed class OciSpecBuilder(EngineOptions options, ISnapshotter snapshotter, ContainerRegistry registry, ContainerLinks links, NamespaceDonors donors, SharedMemory shm)
{
    public Oci.RuntimeSpec.Spec Build(Container container, OverlayMount rootfs)
    {
        var host = container.HostConfig;
        DeviceRequests.Check(host);
        var ipcDonor = donors.OfIpc(host);
        var shared = ipcDonor ?? (host.IpcMode is NamespaceModes.Shareable ? container : null);
        var (nodes, rules) = DeviceAccess.Of(host);
        return new Oci.RuntimeSpec.Spec
        {
            Process = InitProcess(container, rootfs),
            Root = new Root { Path = "rootfs", Readonly = host.ReadonlyRootfs },
            Hostname = host.UTSMode is "host" ? null : container.Config.Hostname,
            Domainname = host.UTSMode is "host" || container.Config.Domainname is "" ? null : container.Config.Domainname,
            Mounts = DefaultMounts.Of(host, container.MountPoints ?? [], options.ContainerDataDir(NetworkOwner(container)?.Id ?? container.Id), shared is null ? null : shm.Place(shared.Id)),
            Annotations = host.Annotations,
            Linux = new LinuxSpec
            {
                Namespaces = Namespaces(host, NetworkOwner(container), donors.OfPid(host), ipcDonor),
                Devices = nodes,
                CgroupsPath = options.ContainerCgroup(container.Id, host.CgroupParent),
                Resources = ResourceLimits.Of(host, rules),
                Seccomp = Filter(host),
                Sysctl = Sysctls(host),
                MaskedPaths = host.MaskedPaths ?? [],
                ReadonlyPaths = host.ReadonlyPaths ?? [],
            },
        };
    }

    /// <summary>The process of an exec: confined as the container's own.</summary>
    public Process ExecProcess(Container container, ExecConfig exec, OverlayMount rootfs, bool tty, ConsoleSize? size)
    {
        var host = container.HostConfig;
        var user = Users(rootfs).Resolve(exec.User is "" ? container.Config.User : exec.User, exec.User is "" ? host.GroupAdd : null);
        return new Process
        {
            Terminal = tty,
            ConsoleSize = size,
            Cwd = Directory(exec.WorkingDir is "" ? container.Config.WorkingDir : exec.WorkingDir),
            Env = ProcessEnvironment.Of(container.Config.Hostname, tty, user.Home, links.Environment(container), container.Config.Env, exec.Env),
            Args = exec.Cmd ?? [],
            User = user.Ids,
            Rlimits = ResourceLimits.Rlimits(host),
            Capabilities = Sets(CapabilitySets.For(host.Privileged || exec.Privileged, host.CapAdd, host.CapDrop)),
            NoNewPrivileges = SecurityOptions.Parse(host.SecurityOpt).NoNewPrivileges,
            OomScoreAdj = host.OomScoreAdj,
        };
    }

    private Process InitProcess(Container container, OverlayMount rootfs)
    {
        var (config, host) = (container.Config, container.HostConfig);
        var user = Users(rootfs).Resolve(config.User, host.GroupAdd);
        return new Process
        {
            Terminal = config.Tty,
            ConsoleSize = config.Tty && host.ConsoleSize is [var height and > 0, var width and > 0] ? new ConsoleSize { Height = height, Width = width } : null,
            Cwd = Directory(config.WorkingDir),
            Env = ProcessEnvironment.Of(config.Hostname, config.Tty, user.Home, links.Environment(container), config.Env),
            Args = [container.Path, .. container.Args],
            User = user.Ids,
            Rlimits = ResourceLimits.Rlimits(host),
            Capabilities = Sets(CapabilitySets.For(host)),
            NoNewPrivileges = SecurityOptions.Parse(host.SecurityOpt).NoNewPrivileges,
            OomScoreAdj = host.OomScoreAdj,
        };
    }

    private UserDatabase Users(OverlayMount rootfs) => new(
        snapshotter.ReadFile(rootfs, "/etc/passwd", UserDatabase.MaxFileBytes),
        snapshotter.ReadFile(rootfs, "/etc/group", UserDatabase.MaxFileBytes));

    // Not inheritable: a set-file-capability program must not gain by it (CVE-2022-24769).
    private static Capabilities Sets(IReadOnlyList<string> names) => new() { Bounding = names, Effective = names, Permitted = names };

    private static string Directory(string workingDirectory) => workingDirectory is "" ? "/" : workingDirectory;

    private static Seccomp? Filter(HostConfig host) =>
        host.Privileged || SecurityOptions.Parse(host.SecurityOpt).SeccompUnconfined
            ? null
            : DefaultSeccomp.For(CapabilitySets.For(host).ToHashSet(), RuntimeInformation.OSArchitecture);

    /// <summary>Whose network namespace and whose files of it the container uses; null when its own.</summary>
    private Container? NetworkOwner(Container container) =>
        NetworkModes.SharedWith(container.HostConfig.NetworkMode) is { } shared ? registry.Get(shared).Value : null;

    private static List<Namespace> Namespaces(HostConfig host, Container? networkOwner, Container? pidDonor, Container? ipcDonor)
    {
        var namespaces = new List<Namespace> { new() { Type = "mount" } };
        if (host.UTSMode is not "host")
            namespaces.Add(new Namespace { Type = "uts" });
        if (host.IpcMode is not "host")
            namespaces.Add(new Namespace { Type = "ipc", Path = Of(ipcDonor, "ipc") });
        if (host.PidMode is not "host")
            namespaces.Add(new Namespace { Type = "pid", Path = Of(pidDonor, "pid") });
        if (host.NetworkMode is not NetworkModes.Host)
            namespaces.Add(new Namespace { Type = "network", Path = Of(networkOwner, "net") });
        if (host.CgroupnsMode is not "host")
            namespaces.Add(new Namespace { Type = "cgroup" });
        return namespaces;
    }

    private static string? Of(Container? donor, string kind) => donor is null ? null : $"/proc/{donor.State.Pid}/ns/{kind}";

    /// <summary>Docker's: a container's root needs no privilege for low ports and ping in its own network.</summary>
    private static Dictionary<string, string>? Sysctls(HostConfig host)
    {
        var sysctls = new Dictionary<string, string>();
        if (host.NetworkMode is not NetworkModes.Host && NetworkModes.SharedWith(host.NetworkMode) is null)
        {
            sysctls["net.ipv4.ip_unprivileged_port_start"] = "0";
            sysctls["net.ipv4.ping_group_range"] = "0 2147483647";
        }
        foreach (var (name, value) in host.Sysctls ?? new Dictionary<string, string>())
            sysctls[name] = value;
        return sysctls.Count > 0 ? sysctls : null;
    }
}
