using System.Security.Cryptography;
using Dashboard.Oci.RuntimeSpec;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Runtime.Acceptance;

/// <summary>Images and specs that want out.</summary>
public abstract partial class RuntimeContract
{
    [Theory]
    [InlineData("proc")]
    [InlineData("sys")]
    public async Task Hostile_KernelDirectoryIsALink_IsRefused(string name)
    {
        var bundle = NewBundle();
        var canary = Canary(bundle);
        Directory.Delete(bundle.In(name));
        File.CreateSymbolicLink(bundle.In(name), canary);

        Assert.NotEqual(0, (await RunAsync(bundle.Shell("true"))).ExitCode);

        AssertUntouched(canary);
    }

    [Theory]
    [InlineData("/../../../../../../..")]
    [InlineData("")]
    public async Task Hostile_DevIsALink_NeverReachesTheHost(string prefix)
    {
        var bundle = NewBundle();
        var canary = Canary(bundle);
        Directory.Delete(bundle.In("dev"));
        File.CreateSymbolicLink(bundle.In("dev"), prefix + canary);

        var result = await RunAsync(bundle.Shell("true"));

        if (!Has(Difference.DeviceDirectoryIsNoLink)) return;
        Assert.NotEqual(0, result.ExitCode);
        AssertUntouched(canary);
    }

    [Fact]
    public async Task Hostile_EtcIsALink_FilesAreBoundInsideTheRoot()
    {
        var bundle = NewBundle();
        var canary = Canary(bundle);
        Directory.Delete(bundle.In("etc"));
        File.CreateSymbolicLink(bundle.In("etc"), canary);

        Assert.Equal(["# hosts"], await LinesAsync(bundle, "cat /etc/hosts"));

        AssertUntouched(canary);
    }

    [Theory]
    [InlineData("etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf")]
    [InlineData("etc/resolv.conf", "/run/resolv.conf")]
    [InlineData("etc/resolv.conf", "/../../run/../run/x")]
    public async Task Bind_FileOverADanglingLink_IsMadeWhereTheLinkLeads(string link, string target)
    {
        var bundle = NewBundle();
        File.CreateSymbolicLink(bundle.In(link), target);

        Assert.Equal(["# resolv.conf"], await LinesAsync(bundle, "cat /etc/resolv.conf"));
    }

    [Theory]
    [InlineData("/elsewhere")]
    [InlineData("../../../../elsewhere")]
    public async Task Bind_DirectoryOverALink_IsMountedWhereTheLinkLeads(string target)
    {
        var bundle = NewBundle();
        var volume = Directory.CreateDirectory(Path.Combine(bundle.Directory, "volume")).FullName;
        File.CreateSymbolicLink(bundle.In("data"), target);
        await File.WriteAllTextAsync(Path.Combine(volume, "file"), "content", TestContext.Current.CancellationToken);

        Assert.Equal(["content"], await LinesAsync(bundle.Mount("bind", volume, "/data", "rbind", "rprivate"), "cat /elsewhere/file"));
    }

    [Fact]
    public async Task Hostile_MountTargetIsALinkToTheHost_StaysInside()
    {
        var bundle = NewBundle();
        var canary = Canary(bundle);
        var volume = Directory.CreateDirectory(Path.Combine(bundle.Directory, "volume")).FullName;
        File.CreateSymbolicLink(bundle.In("data"), canary);
        File.CreateSymbolicLink(bundle.In("scratch"), "/../../../.." + canary);

        await RunAsync(bundle.Mount("bind", volume, "/data/deep", "rbind", "rprivate").Mount("tmpfs", "tmpfs", "/scratch/deep", "nosuid").Shell("touch /data/deep/x /scratch/deep/y /data/z"));

        AssertUntouched(canary);
    }

    [Theory]
    [InlineData("bind")]
    [InlineData("tmpfs")]
    public async Task Hostile_MountTargetIsALinkToProc_IsRefused(string type)
    {
        var bundle = NewBundle();
        var volume = Directory.CreateDirectory(Path.Combine(bundle.Directory, "volume")).FullName;
        File.CreateSymbolicLink(bundle.In("data"), "/proc");

        var result = await RunAsync(bundle.Mount(type, volume, "/data", type is "bind" ? ["rbind", "rprivate"] : ["nosuid"]).Shell("true"));

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("/proc", result.Stderr);
    }

    [Fact]
    public async Task Hostile_NullDeviceIsALink_IsNotWhatMasksBind()
    {
        var bundle = NewBundle();
        var volume = Directory.CreateDirectory(Path.Combine(bundle.Directory, "volume")).FullName;
        File.CreateSymbolicLink(Path.Combine(volume, "null"), "/proc/sys/kernel/core_pattern");
        bundle.With(spec => spec with { Mounts = [.. spec.Mounts.Where(mount => !mount.Destination.StartsWith("/dev", StringComparison.Ordinal))] });

        var result = await RunAsync(bundle.Mount("bind", volume, "/dev", "rbind", "rprivate").Shell("cat /proc/kcore | head -c 100"));

        if (Has(Difference.MaskSourceIsTrusted)) Assert.Equal("", result.Text);
    }

    [Fact]
    public async Task Hostile_WorkingDirectoryOnADescriptor_NeverLeavesTheRoot()
    {
        for (var descriptor = 3; descriptor <= 20; descriptor++)
        {
            var bundle = NewBundle().Process(process => process with { Cwd = $"/proc/self/fd/{descriptor}" });
            AssertInside(bundle, await RunAsync(bundle.Shell("pwd -P; ls -A; cat ../../../../../../../etc/os-release")));
        }
    }

    [Fact]
    public async Task Hostile_WorkingDirectoryByALink_NeverLeavesTheRoot()
    {
        for (var descriptor = 3; descriptor <= 12; descriptor++)
        {
            var bundle = NewBundle().Process(process => process with { Cwd = "/work/made-on-the-host" });
            File.CreateSymbolicLink(bundle.In("work"), $"/proc/self/fd/{descriptor}/{bundle.Directory.TrimStart('/')}");
            AssertInside(bundle, await RunAsync(bundle.Shell("pwd -P; cat ../../../../../../../etc/os-release")));
            Assert.False(Directory.Exists(Path.Combine(bundle.Directory, "made-on-the-host")));
        }
    }

    [Fact]
    public async Task Hostile_ExecWorkingDirectoryOnADescriptor_NeverLeavesTheRoot()
    {
        var bundle = NewBundle();
        await using var running = await StartIdleAsync(bundle);
        for (var descriptor = 3; descriptor <= 20; descriptor++)
            AssertInside(bundle, await ExecAsync(bundle, bundle.Spec.Process with { Cwd = $"/proc/self/fd/{descriptor}", Args = ["sh", "-c", "pwd -P; cat ../../../../../../../etc/os-release"] }));
    }

    [Fact]
    public async Task Hostile_MountTargetSwappedAllTheTime_NeverReachesTheHost()
    {
        var bundle = NewBundle();
        var canary = Canary(bundle);
        var volume = Directory.CreateDirectory(Path.Combine(bundle.Directory, "volume")).FullName;
        var (target, aside) = (bundle.In("target"), bundle.In("aside"));
        Directory.CreateDirectory(Path.Combine(target, "deep"));
        bundle.Mount("bind", volume, "/target/deep", "rbind", "rprivate").Mount("tmpfs", "tmpfs", "/target/deep/again", "nosuid").Shell("touch /target/deep/x /target/y").Write();
        using var stop = new CancellationTokenSource();
        var swapping = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Directory.Move(target, aside);
                File.CreateSymbolicLink(target, canary);
                File.Delete(target);
                Directory.Move(aside, target);
            }
        }, TestContext.Current.CancellationToken);

        for (var i = 0; i < 15; i++)
        {
            await Careless(runtime.Run(bundle)).RunAsync();
            await runtime.DeleteAsync(bundle);
        }

        await stop.CancelAsync();
        // A container that met the gap made the directory itself.
        await Assert.ThrowsAnyAsync<IOException>(async () => { await swapping; throw new IOException(); });
        // It is empty where the race was lost, or the deletion fails the test.
        if (!Has(Difference.MountTargetIsMadeInside) && Directory.Exists(Path.Combine(canary, "deep"))) Directory.Delete(Path.Combine(canary, "deep"));
        AssertUntouched(canary);
    }

    [Fact]
    public async Task Hostile_RuntimesOwnFile_CannotBeOverwritten()
    {
        var bundle = NewBundle();
        var copy = Path.Combine(bundle.Directory, "runtime");
        File.Copy(runtime.Binary, copy);
        Directory.CreateDirectory(bundle.In("lib64"));
        File.Copy(await Probe.LoaderAsync(), bundle.In("lib64/ld-linux-x86-64.so.2"));
        var before = SHA256.HashData(await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken));
        bundle.Args("/proc/self/exe").Write();

        await using var running = new Command(runtime.Run(bundle, copy)).Start();
        try
        {
            await running.ExpectAsync("ready");
            // With the runtime gone nobody executes its file any more, and the kernel's own ETXTBSY falls away.
            await running.SignalAsync("KILL");
            // runc takes the container with it. Ours leaves it: the sealed copy may be opened, a write to it is refused.
            Assert.Contains((await running.WaitAsync()).Text, (string[])["ready", "ready\nopened", "ready\nrefused 1", "ready\nrefused 30"]);
        }
        catch (TimeoutException)
        {
            // It did not even run: as good.
        }

        Assert.Equal(before, SHA256.HashData(await File.ReadAllBytesAsync(copy, TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("/proc/1/root/escape")]
    [InlineData("relative/../../escape")]
    public async Task Hostile_OddMountDestination_StaysInside(string destination)
    {
        var bundle = NewBundle();
        var volume = Directory.CreateDirectory(Path.Combine(bundle.Directory, "volume")).FullName;

        await RunAsync(bundle.Mount("bind", volume, destination, "rbind", "rprivate").Shell("true"));

        Assert.False(Directory.Exists("/escape"));
        Assert.False(Directory.Exists(Path.Combine(bundle.Directory, "escape")));
    }

    private static string Canary(Bundle bundle)
    {
        var canary = Directory.CreateDirectory(Path.Combine(bundle.Directory, "canary")).FullName;
        File.WriteAllText(Path.Combine(canary, "file"), "alive");
        return canary;
    }

    private static void AssertUntouched(string canary) => Assert.Equal([Path.Combine(canary, "file")], Directory.EnumerateFileSystemEntries(canary));

    private static void AssertInside(Bundle bundle, CommandResult result)
    {
        Assert.DoesNotContain("PRETTY_NAME", result.Stdout);
        Assert.True(result.ExitCode != 0 || result.Lines[0].StartsWith('/'), $"{bundle.Spec.Process.Cwd}: {result}");
    }
}
