using Dashboard.Oci.RuntimeSpec;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Acceptance;

/// <summary>
/// What a container's runtime must guarantee, asked from inside a container. Proved against Debian's runc, so that a rule
/// which fails on ours is our mistake and not the test's. Where ours is meant to differ, <see cref="Difference"/> says so.
/// </summary>
public abstract partial class RuntimeContract : IAsyncLifetime
{
    // Descriptors 7 and 9 (a host directory) and ignored signals: what a careless parent hands down.
    private const string CarelessParent = "exec 7</etc/hostname 9</; trap '' PIPE TERM USR1; exec \"$@\"";

    private readonly OciRuntime runtime;
    private readonly List<Bundle> bundles = [];
    private string probe = "";

    private protected RuntimeContract(OciRuntime runtime) => this.runtime = runtime;

    /// <summary>The deliberate differences of ours.</summary>
    private protected enum Difference
    {
        /// <summary>127 and 126, as a shell would, where runc run exits with 1.</summary>
        ExitCodeOfAFailedStart,
        /// <summary>A limit above our own hard limit is clamped where we lack CAP_SYS_RESOURCE; runc fails.</summary>
        LimitsAreClamped,
        /// <summary>A bind may name a part of its source; runc knows no such word.</summary>
        SubpathOfABind,
        /// <summary>A /dev that is a symlink is refused; runc 1.1 makes the links of /dev wherever it leads, on the host.</summary>
        DeviceDirectoryIsNoLink,
        /// <summary>The tmpfs over the cgroup v1 hierarchies is read-only when the mount is; runc 1.1 leaves it writable.</summary>
        CgroupDirectoryIsReadOnly,
        /// <summary>Masks are bound from a checked null device; runc 1.1 takes whatever stands at /dev/null (CVE-2025-31133).</summary>
        MaskSourceIsTrusted,
        /// <summary>A mount target is made in the directory that was checked; runc 1.1.5 can be led to make an empty directory on the host (CVE-2024-45310).</summary>
        MountTargetIsMadeInside,
    }

    private protected abstract bool Has(Difference difference);

    public async ValueTask InitializeAsync() => probe = await Probe.ProgramAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var bundle in bundles)
        {
            await runtime.DeleteAsync(bundle);
            await Eventually.TrueAsync(() => TryRemoveCgroups(bundle), TimeSpan.FromSeconds(10), () => $"the cgroup {bundle.CgroupPath} cannot be removed");
            bundle.Dispose();
        }
        runtime.Dispose();
        GC.SuppressFinalize(this);
    }

    // A killed process leaves its cgroup some time later, and the runtime may be removing it as well.
    private static bool TryRemoveCgroups(Bundle bundle)
    {
        try
        {
            HostState.RemoveCgroups(bundle.CgroupPath);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Bundle NewBundle()
    {
        var bundle = new Bundle(probe);
        bundles.Add(bundle);
        return bundle;
    }

    private Task<CommandResult> RunAsync(Bundle bundle)
    {
        bundle.Write();
        return Careless(runtime.Run(bundle)).RunAsync();
    }

    /// <summary>Runs a shell script in a default container and gives its output.</summary>
    private async Task<string[]> LinesAsync(Bundle bundle, string script) => (await RunAsync(bundle.Shell(script))).MustSucceed().Lines;

    private Task<string[]> LinesAsync(string script) => LinesAsync(NewBundle(), script);

    private async Task<string> TextAsync(string script) => string.Join('\n', await LinesAsync(script));

    /// <summary>A container that waits; it says "up" first.</summary>
    private async Task<RunningCommand> StartIdleAsync(Bundle bundle, string script = "")
    {
        bundle.Shell($"{script}\necho up; exec sleep 300").Write();
        var running = Careless(runtime.Run(bundle)).Start();
        await running.ExpectAsync("up\n");
        return running;
    }

    private async Task<CommandResult> ExecAsync(Bundle bundle, Process process) => await Careless(runtime.Exec(bundle, process)).RunAsync();

    private async Task<string[]> ExecLinesAsync(Bundle bundle, string script) =>
        (await ExecAsync(bundle, bundle.Spec.Process with { Args = ["sh", "-c", script] })).MustSucceed().Lines;

    private static Command Careless(string[] argv) => new(["sh", "-c", CarelessParent, "sh", .. argv]);

    private static string HostNamespace(string name) => new FileInfo($"/proc/self/ns/{name}").LinkTarget!;

    /// <summary>"name=value" lines.</summary>
    private static Dictionary<string, string> Pairs(IEnumerable<string> lines) =>
        lines.Select(line => line.Split('=', 2)).ToDictionary(parts => parts[0], parts => parts[1]);

    /// <summary>"Name:\tvalue" lines of a status file.</summary>
    private static Dictionary<string, string> Status(IEnumerable<string> lines) =>
        lines.Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim());
}

public sealed class RuntimeOnRunc() : RuntimeContract(new RuncRuntime())
{
    private protected override bool Has(Difference difference) => false;
}

public sealed class RuntimeOnOurs() : RuntimeContract(new OwnRuntime())
{
    private protected override bool Has(Difference difference) => true;
}
