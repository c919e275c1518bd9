using System.Text.Json;
using Dashboard.Engine.Containers;
using Dashboard.Linux;
using Dashboard.Oci;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Engine.Containers.Lifecycle;

/// <summary>What a new engine finds when shims died with the old one: containers that depend on others, and cgroups under a parent of their own.</summary>
public sealed class DonorRecoveryTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private RealEngine engine = null!;

    private string OwnParent => engine.Options.CgroupParent + "-own";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => engine = await RealEngine.StartAsync();

    public async ValueTask DisposeAsync()
    {
        var own = OwnParent[1..];
        await engine.DisposeAsync();
        HostState.RemoveCgroups(own);
    }

    [Fact]
    public async Task Boot_AfterAPowerCut_StartsTheDonorFirst()
    {
        var donor = await RunAsync(host => host with { IpcMode = "shareable" });
        var guest = await RunAsync(host => host with { IpcMode = "container:" + donor, PidMode = "container:" + donor });
        var third = await RunAsync(host => host with { PidMode = "container:" + guest });

        await engine.ShutAsync();
        foreach (var id in (string[])[third, guest, donor]) await KillAsync(id, bundleToo: true);
        await engine.BootAsync();

        foreach (var id in (string[])[donor, guest, third])
            Assert.Equal((ContainerStatus.Running, ""), (engine.Containers.Get(id).State.Status, engine.Containers.Get(id).State.Error));
    }

    [Fact]
    public async Task Boot_ShimGone_CgroupUnderAnotherParentIsEmptied()
    {
        var id = await engine.CreateAsync(host => host with { CgroupParent = OwnParent }, config => config, "sleep", "54321");
        await engine.Containers.StartAsync(id, Token);
        Assert.Contains(HostState.Cgroups(OwnParent[1..]), path => path.EndsWith(id, StringComparison.Ordinal));

        await engine.ShutAsync();
        await KillAsync(id, bundleToo: false);
        await engine.BootAsync();

        await Eventually.TrueAsync(() => !engine.Containers.Get(id).State.IsRunning, Patience, () => "the container still runs");
        // A dead one that nobody has reaped yet has no command line.
        Assert.DoesNotContain(HostState.Processes(id).Values, line => line.Length > 0);
        Assert.DoesNotContain(HostState.Cgroups(OwnParent[1..]), path => path.EndsWith(id, StringComparison.Ordinal));
    }

    private async Task<string> RunAsync(Func<HostConfig, HostConfig> host)
    {
        var id = await engine.CreateAsync(
            each => host(each with { RestartPolicy = new RestartPolicy { Name = "always" } }), config => config with { StopSignal = "SIGKILL" }, "sleep", "3600");
        await engine.Containers.StartAsync(id, Token);
        return id;
    }

    /// <summary>The shim, and with the bundle all that a power cut takes.</summary>
    private async Task KillAsync(string id, bool bundleToo)
    {
        var bundle = engine.Options.BundleDir(id);
        var identity = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(Path.Combine(bundle, "shim.pid"), Token), OciJson.Default.ShimIdentity)!;
        _ = Signal.kill(identity.ShimPid, Signal.SIGKILL);
        await Eventually.TrueAsync(() => IsGone(identity.ShimPid), Patience, () => "the shim does not die");
        if (!bundleToo) return;
        _ = Signal.kill(identity.InitPid, Signal.SIGKILL);
        await Eventually.TrueAsync(() => HostState.Processes(id).Count == 0, Patience, () => "the container does not die");
        Directory.Delete(bundle, recursive: true);
        foreach (var cgroup in HostState.Cgroups(id).ToList()) _ = Unistd.rmdir(cgroup);
    }

    private static bool IsGone(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
