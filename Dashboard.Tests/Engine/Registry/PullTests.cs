using System.Text.Json.Nodes;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Registry;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Engine.Registry;

/// <summary>Pulls that nothing disturbs.</summary>
public sealed class PullTests : IAsyncLifetime
{
    private RegistryFixture fixture = null!;

    public async ValueTask InitializeAsync() => fixture = await RegistryFixture.StartAsync();
    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Theory]
    [InlineData("gzip", false)]
    [InlineData("gzip", true)]
    [InlineData("zstd", true)]
    [InlineData("plain", true)]
    public async Task Pull_EachForm_IsTheImage(string form, bool oci)
    {
        var image = RemoteImages.Image("a/b:1", RemoteImages.Layer("x"), RemoteImages.Layer("y"));
        var digest = RemoteImages.Add(fixture.Remote, "a/b", "1", image, form switch { "zstd" => RemoteImages.Zstd, "plain" => bytes => bytes, _ => TestImage.Gzip }, oci);

        await fixture.PullAsync("a/b:1");

        var pulled = fixture.Local.Images.Get(fixture.Name("a/b:1"));
        Assert.Equal($"{image.Id} {fixture.Name("a/b:1")} {fixture.Name("a/b@" + digest)}", $"{pulled.Id} {string.Join(',', pulled.RepoTags)} {string.Join(',', pulled.RepoDigests)}");
        Assert.Equal(200_000, new FileInfo(fixture.FileOf("a/b:1", 1, "d/y")).Length);
        Assert.Equal(["Pulling from a/b", $"Digest: {digest}", $"Status: Downloaded newer image for {fixture.Name("a/b:1")}"], fixture.Messages);
        Assert.Equal([$"image pull {fixture.Name("a/b")}"], fixture.Local.Events.Published);
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Pull_States_ComeInDockersOrder()
    {
        var layer = RemoteImages.Layer("x", 3_000_000);
        RemoteImages.Add(fixture.Remote, "a", "1", RemoteImages.Image("a:1", layer));

        await fixture.PullAsync("a:1");

        var states = fixture.States(TestImage.Digest(TestImage.Gzip(layer)));
        Assert.Equal(["Pulling fs layer", "Downloading", "Verifying Checksum", "Download complete", "Pull complete"], states.Where(state => state != "Extracting"));
        Assert.Contains(fixture.Progress, line => line.Status == "Downloading" && line.Current == line.Total && line.Total > 3_000_000);
    }

    [Fact]
    public async Task Pull_Again_AsksForNoManifest()
    {
        RemoteImages.Add(fixture.Remote, "a", "1", RemoteImages.Image("a:1", RemoteImages.Layer("x")));
        await fixture.PullAsync("a:1");
        fixture.Remote.Requests.Clear();

        await fixture.PullAsync("a:1");

        Assert.Equal(["GET /v2/", "HEAD /v2/a/manifests/1"], fixture.Remote.Requests);
        Assert.Equal($"Status: Image is up to date for {fixture.Name("a:1")}", fixture.Messages[^1]);
    }

    [Fact]
    public async Task Pull_Digest_HasNoTag()
    {
        var digest = RemoteImages.Add(fixture.Remote, "a", "1", RemoteImages.Image("a:1", RemoteImages.Layer("x")));

        await fixture.PullAsync("a@" + digest);

        var pulled = Assert.Single(fixture.Local.Images.List());
        Assert.Empty(pulled.RepoTags);
        Assert.Equal([fixture.Name("a@" + digest)], pulled.RepoDigests);
        Assert.Equal(pulled.Id, fixture.Local.Images.Get(fixture.Name("a@" + digest)).Id);
    }

    [Fact]
    public async Task Pull_TagThatMoved_LeavesTheOldImageItsDigest()
    {
        var old = RemoteImages.Image("a:1", RemoteImages.Layer("x"));
        var digest = RemoteImages.Add(fixture.Remote, "a", "1", old);
        await fixture.PullAsync("a:1");
        var fresh = RemoteImages.Image("a:1", RemoteImages.Layer("x"), RemoteImages.Layer("y"));
        RemoteImages.Add(fixture.Remote, "a", "1", fresh);

        await fixture.PullAsync("a:1");

        Assert.Equal(fresh.Id, fixture.Local.Images.Get(fixture.Name("a:1")).Id);
        Assert.Empty(fixture.Local.Images.Get(old.Id).RepoTags);
        Assert.Equal([fixture.Name("a@" + digest)], fixture.Local.Images.Get(old.Id).RepoDigests);
        Assert.Equal("Already exists", fixture.States(TestImage.Digest(TestImage.Gzip(old.Layers[0])))[^1]);
    }

    [Fact]
    public async Task Pull_BlobOfAnotherImage_IsNotFetchedAgain()
    {
        // The same blob as the second layer here and the first there: another place in the stack, so it is unpacked again.
        byte[] shared = RemoteImages.Layer("shared"), low = RemoteImages.Layer("low");
        RemoteImages.Add(fixture.Remote, "a", "1", RemoteImages.Image("a:1", low, shared));
        RemoteImages.Add(fixture.Remote, "b", "1", RemoteImages.Image("b:1", shared));
        await fixture.PullAsync("a:1");

        await fixture.PullAsync("b:1");

        Assert.Equal(1, fixture.FetchedBlobs.Count(line => line.Contains(TestImage.Digest(TestImage.Gzip(shared)))));
        Assert.True(File.Exists(fixture.FileOf("b:1", 0, "d/shared")));
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Pull_SameLayersAtTheSameTime_AreFetchedOnce()
    {
        var layers = Enumerable.Range(0, 5).Select(i => RemoteImages.Layer("x" + i, 300_000 + i)).ToArray();
        for (var i = 0; i < 4; i++) RemoteImages.Add(fixture.Remote, "r" + i, "1", RemoteImages.Image($"r{i}:1", layers));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => fixture.PullAsync($"r{i}:1")));

        Assert.Equal(4, fixture.Local.Images.List().Count);
        Assert.All(layers, layer => Assert.Equal(1, fixture.FetchedBlobs.Count(line => line.Contains(TestImage.Digest(TestImage.Gzip(layer))))));
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Pull_SameLayerTwice_IsFetchedOnce()
    {
        var layer = RemoteImages.Layer("twice");
        var image = RemoteImages.Image("a:1", layer, RemoteImages.Layer("between"), layer);
        RemoteImages.Add(fixture.Remote, "a", "1", image);

        await fixture.PullAsync("a:1");

        Assert.Equal(1, fixture.FetchedBlobs.Count(line => line.Contains(TestImage.Digest(TestImage.Gzip(layer)))));
        Assert.True(File.Exists(fixture.FileOf("a:1", 2, "d/twice")));
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Pull_SharedLayerRemovedMeanwhile_IsFetchedWithoutTheRest()
    {
        byte[] shared = RemoteImages.Layer("shared"), own = RemoteImages.Layer("own", 90_000);
        RemoteImages.Add(fixture.Remote, "a", "1", RemoteImages.Image("a:1", shared));
        RemoteImages.Add(fixture.Remote, "b", "1", RemoteImages.Image("b:1", shared, own));
        await fixture.PullAsync("a:1");
        var removed = false;
        fixture.Remote.Hook = async http =>
        {
            if (removed || !http.Request.Path.Value!.Contains(TestImage.Digest(TestImage.Gzip(own)))) return false;
            removed = true;
            await fixture.Local.Images.RemoveAsync(fixture.Name("a:1"), false, false, TestContext.Current.CancellationToken);
            return false;
        };

        await fixture.PullAsync("b:1");

        Assert.True(removed && File.Exists(fixture.FileOf("b:1", 0, "d/shared")) && File.Exists(fixture.FileOf("b:1", 1, "d/own")));
        Assert.Equal((2, 1), (fixture.FetchedBlobs.Count(line => line.Contains(TestImage.Digest(TestImage.Gzip(shared)))), fixture.FetchedBlobs.Count(line => line.Contains(TestImage.Digest(TestImage.Gzip(own))))));
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Pull_Index_IsThisMachinesImage()
    {
        var host = PlatformChoice.Host;
        var ours = RemoteImages.Add(fixture.Remote, "m", null, RemoteImages.Image("m:1", RemoteImages.Layer("ours")), oci: true);
        var other = RemoteImages.Image("m:1", RemoteImages.Layer("theirs"));
        var config = JsonNode.Parse(other.ConfigurationBytes())!.AsObject();
        config["architecture"] = "s390x";
        var theirs = RemoteImages.Add(fixture.Remote, "m", null, other, oci: true, config: System.Text.Encoding.UTF8.GetBytes(config.ToJsonString()));
        var index = RemoteImages.AddIndex(fixture.Remote, "m", "1", (theirs, "linux/s390x"), (ours, host.ToString()), (theirs, "unknown/unknown"));

        await fixture.PullAsync("m:1");
        Assert.Equal((host.Architecture, fixture.Name("m@" + index)), (fixture.Local.Images.Get(fixture.Name("m:1")).Config.Architecture, fixture.Local.Images.Get(fixture.Name("m:1")).RepoDigests[0]));

        await fixture.PullAsync("m:1", platform: "linux/s390x");
        Assert.Equal("s390x", fixture.Local.Images.Get(fixture.Name("m:1")).Config.Architecture);

        await fixture.PullAsync("m:1");
        Assert.Equal(host.Architecture, fixture.Local.Images.Get(fixture.Name("m:1")).Config.Architecture);
        Assert.Equal("no matching manifest for linux/riscv64 in the manifest list entries", (await fixture.FailsAsync(() => fixture.PullAsync("m:1", platform: "linux/riscv64"))).Message);
    }

    [Fact]
    public async Task Pull_WithoutTag_IsAllTags()
    {
        for (var i = 0; i < 5; i++) RemoteImages.Add(fixture.Remote, "a", "t" + i, RemoteImages.Image("a:" + i, RemoteImages.Layer("x" + i)));

        await fixture.PullAsync("a");

        Assert.Equal(Enumerable.Range(0, 5).Select(i => fixture.Name("a:t" + i)), fixture.Local.Images.List().SelectMany(image => image.RepoTags).Order());
        Assert.Equal($"Status: Downloaded newer image for {fixture.Name("a")}", fixture.Messages[^1]);
    }

    [Fact]
    public async Task Pull_HubsNames_AskTheMirror()
    {
        await using var remote = await FakeRegistry.StartAsync();
        await using var hub = await RegistryFixture.StartAsync(_ => RegistryFixture.Impatient with { Mirrors = [new Uri("http://127.0.0.1:1/"), remote.Url] });
        var image = RemoteImages.Image("python:3.8", RemoteImages.Layer("x"));
        RemoteImages.Add(remote, "library/python", "3.8", image);
        var secret = new RegistryCredentials { Username = "user", Password = "secret" };

        await hub.Registries.PullAsync("python:3.8", null, secret, hub, TestContext.Current.CancellationToken);

        Assert.Equal(["python:3.8"], hub.Local.Images.Get(image.Id).RepoTags);
        Assert.StartsWith("python@sha256:", hub.Local.Images.Get("python:3.8").RepoDigests[0]);
        Assert.Contains("Pulling from library/python", hub.Messages);
        Assert.All(remote.Authorizations, each => Assert.Null(each.Authorization));
    }

    [Theory]
    [InlineData("none:1", ErrorKind.NotFound, "manifest for HOST/none:1 not found: manifest unknown: manifest unknown")]
    [InlineData("none", ErrorKind.NotFound, "repository HOST/none not found: name unknown: repository name not known to registry")]
    public async Task Pull_WhatIsNotThere_IsNotFound(string name, ErrorKind kind, string message)
    {
        var error = await fixture.FailsAsync(() => fixture.PullAsync(name));

        Assert.Equal((kind, message.Replace("HOST", fixture.Remote.Domain)), (error.Kind, error.Message));
        Assert.Empty(fixture.Progress);
    }

    [Theory]
    [InlineData("linux/arm64", "linux/arm64/v8")]
    [InlineData("arm64", "linux/arm64/v8")]
    [InlineData("linux/x86_64", "linux/amd64")]
    [InlineData("linux/arm/6", "linux/arm/v6")]
    [InlineData("linux/armhf", "linux/arm/v7")]
    public void Platform_Text_IsNormalised(string text, string expected) => Assert.Equal(expected, PlatformChoice.Parse(text).ToString());

    [Theory]
    [InlineData("bogus/x/y/z", "\"bogus/x/y/z\": cannot parse platform specifier: invalid argument")]
    [InlineData("nothing", "\"nothing\": unknown operating system or architecture: invalid argument")]
    [InlineData("linux//", "\"linux//\": cannot parse platform specifier: invalid argument")]
    public void Platform_Wrong_IsRefused(string text, string message) => Assert.Equal(message, Assert.Throws<EngineException>(() => PlatformChoice.Parse(text)).Message);
}
