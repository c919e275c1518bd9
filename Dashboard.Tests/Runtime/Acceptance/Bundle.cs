using System.Runtime.InteropServices;
using System.Text.Json;
using Dashboard.Engine.Confinement;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Oci;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Acceptance;

/// <summary>An OCI bundle of busybox and the probe, with the config.json that the engine writes for a container without options.</summary>
internal sealed class Bundle : IDisposable
{
    private static readonly string[] s_applets =
    [
        "awk", "cat", "chmod", "cut", "dd", "echo", "env", "false", "find", "grep", "head", "hostname", "id", "kill", "ln", "ls", "mkdir", "mknod", "mount",
        "od", "ps", "pwd", "readlink", "rm", "sh", "sleep", "sort", "stat", "stty", "tail", "touch", "true", "tty", "umount", "wc",
    ];

    private static readonly string[] s_path = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
    private static int s_count;

    public Bundle(string probe)
    {
        Id = $"acceptance-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}-box";
        Directory = TestPlaces.NewWorkDirectory("bundle");
        Rootfs = System.IO.Directory.CreateDirectory(Path.Combine(Directory, "rootfs")).FullName;
        foreach (var directory in (string[])["bin", "dev", "etc", "proc", "sys", "tmp", "root"])
            System.IO.Directory.CreateDirectory(In(directory));
        File.SetUnixFileMode(In("tmp"), (UnixFileMode)0b1_111_111_111);
        File.Copy("/bin/busybox", In("bin/busybox"));
        File.Copy(probe, In("bin/probe"));
        foreach (var applet in s_applets)
            File.CreateSymbolicLink(In("bin/" + applet), "busybox");
        File.WriteAllText(In("marker"), Id);
        foreach (var name in (string[])["resolv.conf", "hostname", "hosts"])
            File.WriteAllText(Path.Combine(Directory, name), $"# {name}\n");
        Host = new HostConfig { ShmSize = 64 << 20 };
        Spec = Default();
    }

    public string Id { get; }
    public string Directory { get; }
    public string Rootfs { get; }
    public HostConfig Host { get; }
    public Spec Spec { get; set; }
    /// <summary>Of its own at the top, so that suites side by side clean up after themselves alone.</summary>
    public string CgroupPath => $"/{Id}";

    public string In(string path) => Path.Combine(Rootfs, path);

    public Bundle Args(params string[] args) => With(spec => spec with { Process = spec.Process with { Args = args } });

    public Bundle Shell(string script) => Args("sh", "-c", script);

    public Bundle Process(Func<Process, Process> change) => With(spec => spec with { Process = change(spec.Process) });

    public Bundle Linux(Func<LinuxSpec, LinuxSpec> change) => With(spec => spec with { Linux = change(spec.Linux) });

    public Bundle Resources(Func<Resources, Resources> change) => Linux(linux => linux with { Resources = change(linux.Resources!) });

    public Bundle Mount(string type, string source, string destination, params string[] options) =>
        With(spec => spec with { Mounts = [.. spec.Mounts, new Mount { Type = type, Source = source, Destination = destination, Options = options }] });

    public Bundle With(Func<Spec, Spec> change)
    {
        Spec = change(Spec);
        return this;
    }

    public Bundle Capabilities(params string[] names) => Process(process => process with { Capabilities = Sets(names) })
        .Linux(linux => linux with { Seccomp = DefaultSeccomp.For(names, RuntimeInformation.OSArchitecture) });

    public Bundle Unconfined() => Linux(linux => linux with { Seccomp = null });

    public void Write() => File.WriteAllBytes(Path.Combine(Directory, "config.json"), JsonSerializer.SerializeToUtf8Bytes(Spec, OciJson.Default.Spec));

    public string WriteProcess(Process process)
    {
        var file = Path.Combine(Directory, $"process-{Guid.NewGuid():N}.json");
        File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(process, OciJson.Default.Process));
        return file;
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    public static Capabilities Sets(IReadOnlyList<string> names) => new() { Bounding = names, Effective = names, Permitted = names };

    private Spec Default()
    {
        var capabilities = CapabilitySets.For(Host);
        var (nodes, rules) = DeviceAccess.Of(Host);
        return new Spec
        {
            Root = new Root { Path = "rootfs" },
            Hostname = "box",
            Mounts = DefaultMounts.Of(Host, [], Directory),
            Process = new Process { Cwd = "/", Env = s_path, Args = ["true"], Capabilities = Sets(capabilities) },
            Linux = new LinuxSpec
            {
                Namespaces = [.. ((string[])["mount", "uts", "ipc", "pid", "network", "cgroup"]).Select(type => new Namespace { Type = type })],
                Devices = nodes,
                CgroupsPath = CgroupPath,
                Resources = ResourceLimits.Of(Host, rules),
                Seccomp = DefaultSeccomp.For(capabilities.ToHashSet(), RuntimeInformation.OSArchitecture),
                Sysctl = new Dictionary<string, string> { ["net.ipv4.ip_unprivileged_port_start"] = "0" },
                MaskedPaths = ConfinedPaths.Masked,
                ReadonlyPaths = ConfinedPaths.Readonly,
            },
        };
    }
}
