using System.Formats.Tar;
using System.Text.Json;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

/// <summary>Images that leave the engine and that go: save, prune, and what all of it takes on the disk.</summary>
public abstract class SaveContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Save_Archive_LoadsAsTheSameImage()
    {
        var image = TestImages.Of("saved:1", null, new LayerBuilder().Directory("d/").File("d/a", "above").Whiteout("etc/", "group").ToArray());
        (await Docker.WithStdinAsync(image.ToDockerArchive(), "load")).MustSucceed();
        var archive = (await Docker.RunAsync("save", "saved:1")).MustSucceed().StdoutBytes;
        await Docker.OkAsync("rmi", "saved:1");

        Assert.Contains("Loaded image: saved:1", (await Docker.WithStdinAsync(archive, "load")).MustSucceed().Stdout);

        Assert.Equal(image.Id, await Docker.OkAsync("image", "inspect", "--format", "{{.Id}}", "saved:1"));
        Assert.Equal("above", await Docker.OkAsync("run", "--rm", "saved:1", "cat", "/d/a"));
        (await Docker.RunAsync("run", "--rm", "saved:1", "ls", "/etc/group")).MustExit(1);
        await Docker.OkAsync("rmi", "saved:1");
    }

    [Fact]
    public async Task Save_SeveralNames_AreOneArchive()
    {
        var image = TestImages.Of("several:1", new System.Text.Json.Nodes.JsonObject { ["Cmd"] = new System.Text.Json.Nodes.JsonArray("true") });
        (await Docker.WithStdinAsync(image.ToDockerArchive(), "load")).MustSucceed();
        await Docker.OkAsync("tag", "several:1", "several:2");

        Assert.Equal(["several:1,several:2"], await TagsAsync("several"));
        Assert.Equal(["several:2"], await TagsAsync("several:2"));
        Assert.Equal([""], await TagsAsync(image.Id));
        Assert.Equal([TestImages.Busybox, "several:1"], (await TagsAsync("several:1", TestImages.Busybox)).Order(StringComparer.Ordinal));
        await Docker.OkAsync("rmi", "several:1", "several:2");
    }

    [Fact]
    public async Task Save_MissingName_IsRefused()
    {
        AssertContains("No such image: nothing", (await Docker.RunAsync("save", "nothing")).MustExit(1));
        AssertContains("reference does not exist", (await Docker.RunAsync("save", "busybox:nothing")).MustExit(1));
    }

    [Fact]
    public async Task Save_OfOurs_IsAnOciLayoutToo()
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd 20.10 writes a docker-archive only");
        (await Docker.WithStdinAsync(TestImages.Of("layout:1", new System.Text.Json.Nodes.JsonObject { ["Cmd"] = new System.Text.Json.Nodes.JsonArray("false") }).ToOciLayout(), "load")).MustSucceed();

        var files = await FilesAsync("layout:1");

        var index = JsonDocument.Parse(files["index.json"]).RootElement.GetProperty("manifests")[0];
        Assert.Equal("docker.io/library/layout:1", index.GetProperty("annotations").GetProperty("io.containerd.image.name").GetString());
        var manifest = JsonDocument.Parse(files["blobs/sha256/" + index.GetProperty("digest").GetString()!["sha256:".Length..]]).RootElement;
        foreach (var descriptor in manifest.GetProperty("layers").EnumerateArray().Append(manifest.GetProperty("config")))
        {
            var digest = descriptor.GetProperty("digest").GetString()!;
            var blob = files["blobs/sha256/" + digest["sha256:".Length..]];
            Assert.Equal((digest, descriptor.GetProperty("size").GetInt64()), (TestImage.Digest(blob), blob.LongLength));
        }
        Assert.Contains("1.0.0", System.Text.Encoding.UTF8.GetString(files["oci-layout"]));
        await Docker.OkAsync("rmi", "layout:1");
    }

    [Fact]
    public async Task Prune_Images_TakesWhatNobodyUses()
    {
        (await Docker.WithStdinAsync(TestImages.Of("unused:1", new() { ["Labels"] = new System.Text.Json.Nodes.JsonObject { ["prune"] = "me" } }, new LayerBuilder().File("big", new byte[5000]).ToArray()).ToDockerArchive(), "load")).MustSucceed();
        (await Docker.WithStdinAsync(TestImages.Of("unused:2", new() { ["Labels"] = new System.Text.Json.Nodes.JsonObject { ["prune"] = "me" } }).ToDockerArchive(), "load")).MustSucceed();
        await Docker.OkAsync("create", "unused:2", "true");

        Assert.Contains("Total reclaimed space: 0B", await Docker.OkAsync("image", "prune", "-f"));
        var pruned = await Docker.OkAsync("image", "prune", "-a", "-f", "--filter", "label=prune=me");

        Assert.Contains("untagged: unused:1", pruned);
        Assert.DoesNotContain("unused:2", pruned);
        Assert.Contains("Total reclaimed space: 5kB", pruned);
        AssertContains("nvalid filter", (await Docker.RunAsync("image", "prune", "-f", "--filter", "bogus=1")).MustExit(1));
        await RemoveAllContainersAsync();
        await Docker.OkAsync("rmi", "unused:2");
    }

    [Fact]
    public async Task DiskUsage_CountsImagesContainersAndVolumes()
    {
        (await Docker.WithStdinAsync(TestImages.Of("usage:1", null, new LayerBuilder().File("big", new byte[7000]).ToArray()).ToDockerArchive(), "load")).MustSucceed();
        var id = await RunIdleAsync("-v", "usage-volume:/data");
        await Docker.OkAsync("exec", id, "sh", "-c", "head -c 3000 /dev/zero > /file; head -c 2000 /dev/zero > /data/file");

        var usage = JsonDocument.Parse((await CallAsync("GET", "/v1.41/system/df")).Body).RootElement;

        var image = usage.GetProperty("Images").EnumerateArray().Single(each => each.GetProperty("RepoTags")[0].GetString() == "usage:1");
        var busybox = usage.GetProperty("Images").EnumerateArray().Single(each => each.GetProperty("RepoTags")[0].GetString() == TestImages.Busybox);
        Assert.Equal(image.GetProperty("Size").GetInt64() - 7000, image.GetProperty("SharedSize").GetInt64());
        Assert.Equal((0, 1), (image.GetProperty("Containers").GetInt32(), busybox.GetProperty("Containers").GetInt32()));
        var container = Assert.Single(usage.GetProperty("Containers").EnumerateArray());
        Assert.Equal(3000, container.GetProperty("SizeRw").GetInt64());
        Assert.Equal(busybox.GetProperty("Size").GetInt64() + 3000, container.GetProperty("SizeRootFs").GetInt64());
        var volume = Assert.Single(usage.GetProperty("Volumes").EnumerateArray());
        Assert.Equal((1, 2000), (volume.GetProperty("UsageData").GetProperty("RefCount").GetInt32(), volume.GetProperty("UsageData").GetProperty("Size").GetInt32()));
        Assert.True(usage.GetProperty("LayersSize").GetInt64() >= image.GetProperty("Size").GetInt64());
        Assert.Contains("usage-volume", await Docker.OkAsync("system", "df", "-v"));
        await Docker.OkAsync("rmi", "usage:1");
    }

    private async Task<string[]> TagsAsync(params string[] names) =>
        [.. JsonDocument.Parse((await FilesAsync(names))["manifest.json"]).RootElement.EnumerateArray()
            .Select(item => item.GetProperty("RepoTags") is { ValueKind: JsonValueKind.Array } tags ? string.Join(',', tags.EnumerateArray().Select(tag => tag.GetString())) : "")];

    private async Task<Dictionary<string, byte[]>> FilesAsync(params string[] names)
    {
        var archive = (await (Docker.Of(["save", .. names]) with { Limit = TimeSpan.FromMinutes(3) }).RunAsync()).MustSucceed().StdoutBytes;
        var files = new Dictionary<string, byte[]>();
        await using var reader = new TarReader(new MemoryStream(archive));
        while (await reader.GetNextEntryAsync(copyData: false) is { } entry)
        {
            if (entry.DataStream is null) continue;
            var content = new MemoryStream();
            await entry.DataStream.CopyToAsync(content);
            files[entry.Name] = content.ToArray();
        }
        return files;
    }
}
