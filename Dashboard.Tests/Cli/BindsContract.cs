using System.Text.Json;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Directories of the host and tmpfs in containers: propagation, read-only, options.</summary>
public abstract class BindsContract(HostFixture fixture) : CliTest(fixture)
{
    private string NewDirectory() => Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Host.SocketPath)!, "bind-" + Guid.NewGuid().ToString("N")[..6])).FullName;

    [Fact]
    public async Task Bind_MissingSource_IsMadeAtTheStart()
    {
        var directory = NewDirectory();
        var missing = Path.Combine(directory, "a", "b");
        await Docker.OkAsync("create", "--name", "box", "-v", missing + ":/x", TestImages.Busybox, "touch", "/x/here");
        Assert.False(Directory.Exists(missing));

        await Docker.OkAsync("start", "-a", "box");

        Assert.True(File.Exists(Path.Combine(missing, "here")));
        AssertContains("bind source path does not exist", (await Docker.RunAsync("create", "--mount", $"type=bind,src={directory}/none,dst=/x", TestImages.Busybox, "true")).MustExit(1));
        Directory.Delete(directory, recursive: true);
    }

    [Theory]
    [InlineData("rshared", "it is not a shared mount")]
    [InlineData("shared", "it is not a shared mount")]
    [InlineData("rslave", "it is not a shared or slave mount")]
    public async Task Bind_PropagationOfAPrivateMount_IsRefused(string propagation, string words)
    {
        await WithMountAsync("private", async directory =>
            AssertContains(words, (await Docker.RunAsync("run", "--rm", "-v", $"{directory}:/x:{propagation}", TestImages.Busybox, "true")).MustExit(125)));
    }

    [Fact]
    public async Task Bind_Slave_SeesTheHostsNewMountsAndPrivateDoesNot()
    {
        await WithMountAsync("shared", async directory =>
        {
            await RunIdleAsync("--name", "box", "-v", directory + ":/slave:rslave", "-v", directory + ":/private");
            (await Command.RunAsync("mount", "-t", "tmpfs", "late", Directory.CreateDirectory(Path.Combine(directory, "late")).FullName)).MustSucceed();
            await File.WriteAllTextAsync(Path.Combine(directory, "late", "word"), "seen", TestContext.Current.CancellationToken);

            Assert.Equal("seen", await Docker.OkAsync("exec", "box", "cat", "/slave/late/word"));
            Assert.Equal("", await Docker.OkAsync("exec", "box", "ls", "/private/late"));
            await RemoveAllContainersAsync();
        });
    }

    [Fact]
    public async Task Bind_Shared_GivesTheHostTheContainersMounts()
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd runs no privileged container without CAP_SYS_RESOURCE");
        await WithMountAsync("shared", async directory =>
        {
            await RunIdleAsync("--name", "box", "--cap-add", "SYS_ADMIN", "--security-opt", "seccomp=unconfined", "-v", directory + ":/x:rshared");
            await Docker.OkAsync("exec", "box", "sh", "-c", "mkdir /x/in && mount -t tmpfs in /x/in && echo seen > /x/in/word");

            Assert.Equal("seen\n", await File.ReadAllTextAsync(Path.Combine(directory, "in", "word"), TestContext.Current.CancellationToken));
            await RemoveAllContainersAsync();
        });
    }

    [Theory]
    [InlineData("1.51", """{"Binds":["DIR:/x:ro"]}""", true)]
    [InlineData("1.51", """{"Mounts":[{"Type":"bind","Source":"DIR","Target":"/x","ReadOnly":true}]}""", true)]
    [InlineData("1.51", """{"Mounts":[{"Type":"bind","Source":"DIR","Target":"/x","ReadOnly":true,"BindOptions":{"ReadOnlyForceRecursive":true}}]}""", true)]
    [InlineData("1.51", """{"Mounts":[{"Type":"bind","Source":"DIR","Target":"/x","ReadOnly":true,"BindOptions":{"ReadOnlyNonRecursive":true}}]}""", false)]
    // Before 1.44 a mount was read-only for itself alone.
    [InlineData("1.43", """{"Mounts":[{"Type":"bind","Source":"DIR","Target":"/x","ReadOnly":true}]}""", false)]
    public async Task Bind_ReadOnly_HoldsForMountsBelowUnlessToldOtherwise(string version, string host, bool recursive)
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd before 25 leaves mounts below writable");
        await WithMountAsync("private", async directory =>
        {
            (await Command.RunAsync("mount", "-t", "tmpfs", "below", Directory.CreateDirectory(Path.Combine(directory, "below")).FullName)).MustSucceed();

            var id = await CreateAsync(version, """["sh","-c","touch /x/y; touch /x/below/y"]""", host.Replace("DIR", directory, StringComparison.Ordinal));
            var result = await Docker.RunAsync("start", "-a", id);

            Assert.Contains("/x/y: Read-only file system", result.Stderr);
            Assert.Equal(recursive, result.Stderr.Contains("/x/below/y: Read-only file system", StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Bind_NonRecursive_LeavesMountsBelowOut()
    {
        await WithMountAsync("private", async directory =>
        {
            (await Command.RunAsync("mount", "-t", "tmpfs", "below", Directory.CreateDirectory(Path.Combine(directory, "below")).FullName)).MustSucceed();
            await File.WriteAllTextAsync(Path.Combine(directory, "below", "word"), "", TestContext.Current.CancellationToken);

            Assert.Equal("word", await Docker.OkAsync("run", "--rm", "--mount", $"type=bind,src={directory},dst=/x", TestImages.Busybox, "ls", "/x/below"));
            Assert.Equal("", await Docker.OkAsync("run", "--rm", "--mount", $"type=bind,src={directory},dst=/x,bind-nonrecursive", TestImages.Busybox, "ls", "/x/below"));
        });
    }

    [Theory]
    [InlineData("z")]
    [InlineData("Z,ro")]
    [InlineData("cached")]
    [InlineData("rprivate,rw")]
    public async Task Bind_WordsThatMeanNothingHere_AreTaken(string mode)
    {
        var directory = NewDirectory();
        await Docker.OkAsync("create", "--name", "box", "-v", $"{directory}:/x:{mode}", TestImages.Busybox, "true");

        Assert.Equal($"bind {directory} /x {mode} {(mode.Contains("ro", StringComparison.Ordinal) && !mode.Contains("rprivate", StringComparison.Ordinal) ? "false" : "true")} rprivate", await InspectAsync("box", "{{range .Mounts}}{{.Type}} {{.Source}} {{.Destination}} {{.Mode}} {{.RW}} {{.Propagation}}{{end}}"));
        Directory.Delete(directory);
    }

    [Fact]
    public async Task Tmpfs_BothWays_HaveTheirOptions()
    {
        var lines = (await Docker.RunAsync(
            "run", "--rm", "--tmpfs", "/a:size=1m,mode=755,exec", "--mount", "type=tmpfs,dst=/b,tmpfs-size=2m,tmpfs-mode=700", TestImages.Busybox,
            "sh", "-c", "grep -E ' /(a|b) ' /proc/mounts | sort; stat -c %a /a /b")).MustSucceed().Lines;

        Assert.Contains("size=1024k", lines[0]);
        Assert.DoesNotContain("noexec", lines[0]);
        Assert.Contains("nosuid,nodev,noexec", lines[1]);
        Assert.Contains("size=2048k", lines[1]);
        Assert.Equal(["755", "700"], lines[2..]);
    }

    private async Task WithMountAsync(string propagation, Func<string, Task> test)
    {
        var directory = NewDirectory();
        (await Command.RunAsync("mount", "-t", "tmpfs", "bind", directory)).MustSucceed();
        try
        {
            (await Command.RunAsync("mount", "--make-" + propagation, directory)).MustSucceed();
            await test(directory);
        }
        finally
        {
            (await Command.RunAsync("umount", "-R", directory)).MustSucceed();
            Directory.Delete(directory);
        }
    }

    private async Task<string> CreateAsync(string version, string command, string host)
    {
        var (status, body) = await CallAsync("POST", $"/v{version}/containers/create", $$"""{"Image":"{{TestImages.Busybox}}","Cmd":{{command}},"HostConfig":{{host}}}""");
        Assert.True(status == 201, body);
        return JsonDocument.Parse(body).RootElement.GetProperty("Id").GetString()!;
    }
}
