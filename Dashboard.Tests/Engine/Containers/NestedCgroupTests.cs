using Dashboard.Engine.Containers;
using Dashboard.Linux.Cgroups;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Engine.Containers;

/// <summary>
/// A container that made cgroups of its own and gave them controllers, as an engine in it does on cgroup v2: from then on the
/// kernel lets no process into the container's own cgroup.
/// </summary>
public sealed class NestedCgroupTests : IAsyncLifetime
{
    private RealEngine engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => engine = await RealEngine.StartAsync();

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public async Task Exec_ContainerThatHandedOnControllers_GoesWhereItsInitIs()
    {
        var root = CgroupLayout.Detect().Unified;
        var controller = root is null ? null : File.ReadAllText(root + "/cgroup.controllers").Split(' ', '\n')[0];
        Assert.SkipWhen(string.IsNullOrEmpty(controller), "no cgroup2 with a controller is mounted");
        var id = await engine.CreateAsync("sleep", "1000");
        await engine.Containers.StartAsync(id, Token);
        var parent = root + engine.Options.CgroupParent;
        var home = $"{parent}/{id}";
        var wasOn = File.ReadAllText(root + "/cgroup.subtree_control").Split(' ', '\n').Contains(controller);
        try
        {
            await WriteAsync(root + "/cgroup.subtree_control", "+" + controller);
            await WriteAsync(parent + "/cgroup.subtree_control", "+" + controller);
            await WriteAsync(Directory.CreateDirectory(home + "/init").FullName + "/cgroup.procs", engine.Containers.Get(id).State.Pid.ToString());
            await WriteAsync(home + "/cgroup.subtree_control", "+" + controller);

            var exec = await engine.Containers.CreateExecAsync(id, new ExecConfig { AttachStdout = true, Cmd = ["grep", "^0:", "/proc/self/cgroup"] }, Token);
            await using var streams = await engine.Containers.StartExecAsync(exec, detach: false, tty: false, null, Token);

            Assert.Equal("0::/init\n", await RealEngine.ReadAllAsync(streams!));
        }
        finally
        {
            await engine.Containers.RemoveAsync(id, force: true, removeVolumes: true, Token);
            Assert.False(Directory.Exists(home));
            await WriteAsync(parent + "/cgroup.subtree_control", "-" + controller);
            if (!wasOn) await WriteAsync(root + "/cgroup.subtree_control", "-" + controller);
        }
    }

    private static async Task WriteAsync(string file, string value) => (await Command.RunAsync("sh", "-c", "echo \"$1\" > \"$2\"", "sh", value, file)).MustSucceed();
}
