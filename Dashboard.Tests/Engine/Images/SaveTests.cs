using System.Formats.Tar;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Tests.Shared;
using ZstdSharp;

namespace Dashboard.Tests.Engine.Images;

public sealed class SaveTests : IDisposable
{
    private readonly ImageFixture fixture = new();

    [Fact]
    public async Task Save_ZstdLayer_GoesOutPlain()
    {
        var image = TestImages.Of("packed:1", null, new LayerBuilder().File("top", new byte[100_000]).ToArray());
        await fixture.LoadAsync(Archive(image));

        var files = await SaveAsync("packed:1");

        var item = JsonDocument.Parse(files["manifest.json"]).RootElement[0];
        Assert.Equal(image.Layers, item.GetProperty("Layers").EnumerateArray().Select(layer => files[layer.GetString()!]));
        var manifest = JsonDocument.Parse(files[Blob(JsonDocument.Parse(files["index.json"]).RootElement.GetProperty("manifests")[0])]).RootElement;
        Assert.Equal(image.Layers.Select(layer => (long)layer.Length), manifest.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("size").GetInt64()));
        Assert.All(manifest.GetProperty("layers").EnumerateArray(), layer => Assert.Contains(Blob(layer), files.Keys));
    }

    [Fact]
    public async Task Save_ReceivedManifest_IsKept()
    {
        var archive = TestImages.BusyboxImage.ToOciLayout();
        await fixture.LoadAsync(archive);
        var received = JsonDocument.Parse((await FilesAsync(archive))["index.json"]).RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString();

        var files = await SaveAsync(TestImages.Busybox);

        Assert.Equal(received, JsonDocument.Parse(files["index.json"]).RootElement.GetProperty("manifests")[0].GetProperty("digest").GetString());
    }

    [Fact]
    public async Task Commit_WriterThatFails_LeavesNothing()
    {
        await fixture.LoadAsync(TestImages.BusyboxImage.ToDockerArchive());
        var commit = new ImageCommit { ParentId = TestImages.BusyboxImage.Id, Reference = "half:1", Config = new() };

        var error = await Assert.ThrowsAsync<EngineException>(() => fixture.Images.CommitAsync(commit, layer =>
        {
            layer.Write(new LayerBuilder().File("a", "b").ToArray().AsSpan(0, 700));
            throw new IOException("the disk went away");
        }, TestContext.Current.CancellationToken));

        Assert.Contains("the disk went away", error.Message);
        fixture.AssertNothingHalf();
        Assert.Single(fixture.Images.List());
    }

    public void Dispose() => fixture.Dispose();

    private async Task<Dictionary<string, byte[]>> SaveAsync(string name)
    {
        var saved = new MemoryStream();
        await fixture.Images.SaveAsync([name], () => saved, TestContext.Current.CancellationToken);
        return await FilesAsync(saved.ToArray());
    }

    private static async Task<Dictionary<string, byte[]>> FilesAsync(byte[] archive)
    {
        var files = new Dictionary<string, byte[]>();
        await using var reader = new TarReader(new MemoryStream(archive));
        while (await reader.GetNextEntryAsync(copyData: true) is { } entry)
        {
            if (entry.DataStream is MemoryStream data) files[entry.Name] = data.ToArray();
        }
        return files;
    }

    private static string Blob(JsonElement descriptor) => "blobs/sha256/" + descriptor.GetProperty("digest").GetString()!["sha256:".Length..];

    /// <summary>A docker-archive whose layers are packed with zstd.</summary>
    private static byte[] Archive(TestImage image)
    {
        using var compressor = new Compressor();
        var archive = new LayerBuilder().File("config.json", image.ConfigurationBytes());
        for (var i = 0; i < image.Layers.Count; i++) archive.File($"{i}.tar", compressor.Wrap(image.Layers[i]).ToArray());
        var manifest = new JsonArray(new JsonObject
        {
            ["Config"] = "config.json",
            ["RepoTags"] = new JsonArray(image.Tag),
            ["Layers"] = new JsonArray([.. image.Layers.Select((_, i) => (JsonNode)$"{i}.tar")]),
        });
        return archive.File("manifest.json", manifest.ToJsonString()).ToArray();
    }
}
