using System.Formats.Tar;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>What a container has changed: diff, export and commit.</summary>
public abstract class CommitContract(HostFixture fixture) : CliTest(fixture)
{
    private const string Change =
        "echo x > /new; mkdir -p /a/b; echo y > /a/b/f; rm /etc/not-executable; echo more >> /etc/group; rm -rf /home; mkdir /home; chmod 700 /root; ln -s target /link; ln /new /hard; mknod /pipe p; rm -rf /usr/sbin; touch /usr/sbin";

    [Fact]
    public async Task Diff_OfAFreshContainer_IsEmpty()
    {
        var id = await Docker.OkAsync("create", TestImages.Busybox, "true");
        Assert.Equal("", await Docker.OkAsync("diff", id));
        await Docker.OkAsync("start", "-a", id);

        Assert.Equal("", await Docker.OkAsync("diff", id));
    }

    [Fact]
    public async Task Diff_Changes_AreAddedChangedAndDeleted()
    {
        var id = await RunIdleAsync();
        await Docker.OkAsync("exec", id, "sh", "-c", Change);

        var running = Sorted(await Docker.OkAsync("diff", id));
        await Docker.OkAsync("stop", id);

        Assert.Equal(
            ["A /a", "A /a/b", "A /a/b/f", "A /hard", "A /link", "A /new", "A /pipe", "C /etc", "C /etc/group", "C /home", "C /root", "C /usr", "C /usr/sbin", "D /etc/not-executable", "D /home/app"],
            running);
        Assert.Equal(running, Sorted(await Docker.OkAsync("diff", id)));
    }

    [Fact]
    public async Task Diff_MountPoints_AreAddedAndTheirContentIsNot()
    {
        var id = await RunIdleAsync("-v", "/data", "--tmpfs", "/scratch");
        await Docker.OkAsync("exec", id, "sh", "-c", "echo x > /data/in; echo y > /scratch/in");

        Assert.Equal(["A /data", "A /scratch"], Sorted(await Docker.OkAsync("diff", id)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Export_HasTheWholeTree(bool running)
    {
        var id = await RunIdleAsync("-v", "/data");
        await Docker.OkAsync("exec", id, "sh", "-c", Change + "; echo x > /data/in; chmod 4755 /new; chown -h 1000:1000 /link");
        if (!running) await Docker.OkAsync("stop", id);

        var entries = await EntriesAsync((await Docker.RunAsync("export", id)).MustSucceed().StdoutBytes);

        Assert.Equal(0b100_111_101_101, (int)entries["new"].Mode);
        Assert.Contains(TarEntryType.HardLink, (TarEntryType[])[entries["new"].EntryType, entries["hard"].EntryType]);
        Assert.Equal("target", entries["link"].LinkName);
        Assert.Equal(TarEntryType.Fifo, entries["pipe"].EntryType);
        Assert.Contains("data/", entries.Keys);
        Assert.DoesNotContain("data/in", entries.Keys);
        Assert.DoesNotContain("etc/not-executable", entries.Keys);
        Assert.Contains("bin/busybox", entries.Keys);
        Assert.Contains("proc/", entries.Keys);
        Assert.DoesNotContain(entries.Keys, name => name.StartsWith("proc/1", StringComparison.Ordinal) || name.StartsWith("sys/k", StringComparison.Ordinal));
        (await Docker.WithStdinAsync((await Docker.RunAsync("export", id)).StdoutBytes, "import", "-", "exported:1")).MustSucceed();
        Assert.Equal("x", await Docker.OkAsync("run", "--rm", "exported:1", "cat", "/hard"));
        await Docker.OkAsync("rmi", "exported:1");
    }

    [Fact]
    public async Task Commit_Layer_IsWhatTheContainerChanged()
    {
        var id = await RunIdleAsync();
        await Docker.OkAsync("exec", id, "sh", "-c", Change);

        var image = await Docker.OkAsync("commit", "-m", "a note", "-a", "somebody", id, "made:1");

        Assert.Matches("^sha256:[0-9a-f]{64}$", image);
        Assert.Equal("x", await Docker.OkAsync("run", "--rm", "made:1", "cat", "/hard"));
        Assert.Equal("0", await Docker.OkAsync("run", "--rm", "made:1", "stat", "-c", "%s", "/usr/sbin"));
        Assert.Equal("", await Docker.OkAsync("run", "--rm", "made:1", "ls", "/home"));
        (await Docker.RunAsync("run", "--rm", "made:1", "ls", "/etc/not-executable")).MustExit(1);
        Assert.Equal("a note somebody 2", await Docker.OkAsync("image", "inspect", "--format", "{{.Comment}} {{.Author}} {{len .RootFS.Layers}}", "made:1"));
        Assert.Equal("true", await InspectAsync(id, "{{.State.Running}}"));
        await Docker.OkAsync("rmi", "made:1");
    }

    [Fact]
    public async Task Commit_Config_IsMergedAndChanged()
    {
        var id = await Docker.OkAsync("create", "-e", "A=1", "-l", "one=1", "-u", "app", TestImages.Busybox, "sh", "-c", "true");

        await Docker.OkAsync("commit", id, "made:same");
        await Docker.OkAsync("commit", "-c", "ENTRYPOINT [\"echo\"]", "-c", "ENV A=2 B=3", "-c", "EXPOSE 80", "-c", "LABEL two=2", "-c", "WORKDIR /var", id, "made:changed");

        const string format = "{{json .Config.Cmd}} {{json .Config.Entrypoint}} {{json .Config.Env}} {{json .Config.Labels}} {{.Config.User}} {{.Config.WorkingDir}} {{json .Config.ExposedPorts}} {{len .RootFS.Layers}}";
        const string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        Assert.Equal($$"""["sh","-c","true"] null ["A=1","{{path}}"] {"one":"1"} app  null 1""", await Docker.OkAsync("image", "inspect", "--format", format, "made:same"));
        Assert.Equal($$$"""null ["echo"] ["A=2","{{{path}}}","B=3"] {"one":"1","two":"2"} app /var {"80/tcp":{}} 1""", await Docker.OkAsync("image", "inspect", "--format", format, "made:changed"));
        await Docker.OkAsync("rmi", "made:same", "made:changed");
    }

    [Fact]
    public async Task Commit_Refusals_AreDockers()
    {
        var id = await Docker.OkAsync("create", TestImages.Busybox, "true");

        AssertContains("No such container: nobody", (await Docker.RunAsync("commit", "nobody")).MustExit(1));
        AssertContains("is not a valid change command", (await Docker.RunAsync("commit", "-c", "FROM x", id)).MustExit(1));
        AssertContains("must be lowercase", (await Docker.RunAsync("commit", id, "UPPER:1")).MustExit(1));
    }

    [Fact]
    public async Task Commit_Events_TellOfThePauseAndTheImage()
    {
        var since = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString();
        var id = await RunIdleAsync();
        var image = await Docker.OkAsync("commit", "-m", "note", id, "made:told");

        var events = await Docker.OkAsync("events", "--since", since, "--until", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1}", "--filter", "container=" + id, "--format", "{{.Action}} {{.Actor.Attributes.imageID}} {{.Actor.Attributes.imageRef}} {{.Actor.Attributes.comment}}");

        Assert.Contains($"commit {image} made:told note", events);
        Assert.Contains("pause", events);
        Assert.Contains("unpause", events);
        await Docker.OkAsync("rmi", "made:told");
    }

    private static string[] Sorted(string lines) => [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private static async Task<Dictionary<string, TarEntry>> EntriesAsync(byte[] tar)
    {
        var entries = new Dictionary<string, TarEntry>();
        await using var reader = new TarReader(new MemoryStream(tar));
        while (await reader.GetNextEntryAsync(copyData: false) is { } entry) entries[entry.Name] = entry;
        return entries;
    }
}
