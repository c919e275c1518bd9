using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Tests.Runtime.Acceptance;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Unified;

/// <summary>Classes of these very tests, run once inside the machine.</summary>
public abstract partial class UnifiedRun(params string[] classes) : IAsyncLifetime
{
    /// <summary>The machine is of the host's own architecture, and its kernel package is for this one.</summary>
    public static bool IsPossible => System.Runtime.InteropServices.RuntimeInformation.OSArchitecture is System.Runtime.InteropServices.Architecture.X64;

    private string _console = "";

    /// <summary>What the machine said about itself before the suites.</summary>
    public string About => _console[..Math.Max(0, _console.IndexOf("SUITES", StringComparison.Ordinal))];

    public const string WhyNot = "the virtual machine is an x86-64 one";

    public void AssertPassed(int atLeast)
    {
        Assert.SkipUnless(IsPossible, WhyNot);
        var output = _console[About.Length..];
        var summary = SummaryPattern().Match(output);
        Assert.True(summary.Success, $"the run in the machine did not come to its end:\n{_console}");
        var numbers = summary.Groups.Values.Skip(1).Select(group => int.Parse(group.Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.True(numbers[0] >= atLeast && numbers[1] == 0 && numbers[2] == 0, output);
    }

    public async ValueTask InitializeAsync()
    {
        if (!IsPossible)
            return;
        var files = TestPlaces.NewWorkDirectory("vm");
        try
        {
            await StageAsync(files);
            _console = await VirtualMachine.RunAsync(files, TimeSpan.FromMinutes(20));
        }
        finally
        {
            Directory.Delete(files, recursive: true);
        }
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private async Task StageAsync(string files)
    {
        // What is built, at the place in the tree where the tests look for it; the browser's driver is as large as all the rest.
        string[] parts = [$"Dashboard.Tests/bin/{TestPlaces.Configuration}", "Dashboard.Tests/Runtime/Acceptance", $"Dashboard.Server/bin/{TestPlaces.Configuration}", "Dashboard.Server/wwwroot", Path.GetRelativePath(TestPlaces.Repository, TestPlaces.RuntimeBinary)];
        await CopyAsync(TestPlaces.Repository, Path.Combine(files, "repository"), "--exclude=.playwright", "--exclude=*.staticwebassets.runtime.json", parts);
        var dotnet = Path.GetDirectoryName(Path.GetFullPath(Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..")))!;
        await CopyAsync(dotnet, Path.Combine(files, "dotnet"), "--exclude=Microsoft.NETCore.App.Ref", "--dereference", ["dotnet", "host", "shared"]);
        string[] probes = [.. new[] { await Probe.ProgramAsync(), await Probe.LoaderAsync() }.Select(path => Path.GetFileName(path))];
        await CopyAsync(TestPlaces.Cache, Path.Combine(files, "cache", "dashboard-tests"), "--dereference", "--no-recursion", probes);
        File.Copy(await DebianPackages.DockerClientAsync(), Path.Combine(files, "docker"));
        await File.WriteAllTextAsync(Path.Combine(files, "run"), Script());
    }

    private string Script()
    {
        var tests = Path.Combine(TestPlaces.Repository, Path.GetRelativePath(TestPlaces.Repository, AppContext.BaseDirectory), "Dashboard.Tests.dll");
        return $"""
            uname -r
            grep cgroup /proc/mounts
            cat /sys/fs/cgroup/cgroup.controllers
            mkdir -p '{TestPlaces.Repository}' && mount --bind /vm/repository '{TestPlaces.Repository}'
            export XDG_CACHE_HOME=/vm/cache HOME=/root DOTNET_ROOT=/vm/dotnet PATH=/vm/dotnet:$PATH DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
            export DASHBOARD_TEST_ARTIFACTS=/var/tmp/artifacts DASHBOARD_TEST_DOCKER=/vm/docker DASHBOARD_TEST_PATIENCE=5 DASHBOARD_TEST_BUSYBOX_ONLY=1
            for module in overlay veth bridge nf_tables; do modprobe $module; done
            cd /tmp
            echo SUITES
            dotnet '{tests}' -noColor {string.Join(' ', classes.Select(name => $"-class '{name}'"))}

            """;
    }

    private static async Task CopyAsync(string from, string to, string option, string option2, string[] names)
    {
        Directory.CreateDirectory(to);
        (await Command.RunAsync(["sh", "-c", "cd \"$1\" && dest=$2 && shift 2 && tar c \"$@\" | tar x -C \"$dest\"", "sh", from, to, option, option2, .. names])).MustSucceed();
    }

    [GeneratedRegex(@"Total: (\d+), Errors: (\d+), Failed: (\d+)")]
    private static partial Regex SummaryPattern();
}

/// <summary>The runtime with all that it promises, the cgroups, and limits that the docker CLI sets.</summary>
public sealed class UnifiedRuntimeRun() : UnifiedRun("*RuntimeOnOurs", "Dashboard.Tests.Runtime.Cgroups.*", "*LimitsOnDashboard");

/// <summary>More of the docker CLI, which is slow on an emulated processor.</summary>
public sealed class UnifiedCommandsRun() : UnifiedRun("*RunOnDashboard", "*UpdateOnDashboard", "*NamespacesOnDashboard");
