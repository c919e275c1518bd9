using System.Text.Json.Nodes;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>The server is killed: volumes, their mounts and who has them are as they were, and nothing half-made stays.</summary>
public sealed class VolumeCrashTests : OwnServerTest
{
    [Fact]
    public async Task KillServer_MountedVolume_StaysUntilItsLastContainerEnds()
    {
        await Docker.OkAsync("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "ram");
        await Docker.OkAsync("run", "-d", "--name", "one", "-v", "ram:/x", "-v", "plain:/y", "-v", "/z", TestImages.Busybox, "sh", "-c", "echo kept > /x/word; trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done");
        await Docker.OkAsync("run", "-d", "--name", "two", "-v", "ram:/x", TestImages.Busybox, "sleep", "1");
        var before = await Docker.OkAsync("inspect", "--format", "{{json .Mounts}}", "one");

        await Server.KillAsync();
        await Eventually.TrueAsync(() => !HostState.Processes(Server.CgroupMark).Values.Any(line => line.StartsWith("sleep 1", StringComparison.Ordinal) && !line.Contains("3600", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => "the container does not end");
        await Server.RestartAsync();

        Assert.Equal(before, await Docker.OkAsync("inspect", "--format", "{{json .Mounts}}", "one"));
        Assert.Equal("kept", await Docker.OkAsync("exec", "one", "cat", "/x/word"));
        Assert.Equal("kept", await Docker.OkAsync("run", "--rm", "-v", "ram:/w", TestImages.Busybox, "cat", "/w/word"));
        Assert.Single(HostState.MountsBelow(Path.Combine(Server.DataRoot, "volumes")));
        Assert.Contains("volume is in use", (await Docker.RunAsync("volume", "rm", "plain")).MustExit(1).Stderr);
        await Docker.OkAsync("stop", "one");
        await Eventually.TrueAsync(() => !HostState.MountsBelow(Path.Combine(Server.DataRoot, "volumes")).Any(), TimeSpan.FromSeconds(10), () => "the mount stays");
        await Docker.OkAsync("rm", "-v", "one", "two");
        Assert.Equal(["plain", "ram"], (await Docker.RunAsync("volume", "ls", "-q")).Lines.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task KillServer_ContainersEndMeanwhile_MountIsTakenAway()
    {
        await Docker.OkAsync("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "ram");
        await Docker.OkAsync("run", "-d", "--name", "brief", "-v", "ram:/x", TestImages.Busybox, "sleep", "1");

        await Server.KillAsync();
        await Eventually.TrueAsync(() => !HostState.Processes(Server.CgroupMark).Values.Any(line => line.StartsWith("sleep 1", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => "the container does not end");
        Assert.Single(HostState.MountsBelow(Path.Combine(Server.DataRoot, "volumes")));
        await Server.RestartAsync();

        await Eventually.TrueAsync(() => !HostState.MountsBelow(Path.Combine(Server.DataRoot, "volumes")).Any(), TimeSpan.FromSeconds(10), () => "the mount stays");
    }

    [Fact]
    public async Task KillServer_InTheMiddleOfCreatesAndRemovals_LeavesWholeVolumes()
    {
        var layer = new LayerBuilder().Directory("seed/");
        for (var i = 0; i < 400; i++) layer.File($"seed/{i}", new string('x', 4096));
        (await Docker.WithStdinAsync(TestImages.Of("seeded:1", new JsonObject { ["Cmd"] = new JsonArray("sh") }, layer.ToArray()).ToDockerArchive(), "load")).MustSucceed();
        for (var round = 0; round < 4; round++)
        {
            var name = $"round-{round}";
            // Both are cut off somewhere: where, differs from round to round.
            await Docker.OkAsync("volume", "create", $"gone-{round}");
            var work = new[] { Docker.Start("create", "-v", $"{name}:/seed", "seeded:1"), Docker.Start("volume", "rm", $"gone-{round}"), Docker.Start("volume", "create", $"late-{round}") };
            await Eventually.TrueAsync(() => Directory.Exists(Path.Combine(Server.DataRoot, "volumes", name)), TimeSpan.FromSeconds(20), () => "no volume is made");
            await Server.KillAsync();
            foreach (var command in work)
            {
                await command.WaitAsync();
                await command.DisposeAsync();
            }
            await Server.RestartAsync();

            var listed = (await Docker.RunAsync("volume", "ls", "-q")).MustSucceed().Lines;
            var there = Directory.GetDirectories(Path.Combine(Server.DataRoot, "volumes")).Select(path => Path.GetFileName(path)).Where(directory => directory != ".trash");
            Assert.Equal(listed.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
            Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(Server.DataRoot, "volumes", ".trash")));
            // All of the image's content, or nothing of it: and then the next one takes it all.
            Assert.Contains(Directory.GetFileSystemEntries(Path.Combine(Server.DataRoot, "volumes", name, "_data")).Length, (int[])[0, 400]);
            Assert.Equal("400", await Docker.OkAsync("run", "--rm", "-v", $"{name}:/seed", "seeded:1", "sh", "-c", "ls /seed | wc -l"));
        }
    }
}
