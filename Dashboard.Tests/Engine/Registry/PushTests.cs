using System.Text.Json.Nodes;
using Dashboard.Engine.Images.Registry;
using Dashboard.Tests.Shared;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Tests.Engine.Registry;

public sealed class PushTests : IAsyncLifetime
{
    private readonly TestImage image = RemoteImages.Image("local:1", RemoteImages.Layer("x", 300_000), RemoteImages.Layer("y", 200_000));
    private RegistryFixture fixture = null!;

    public async ValueTask InitializeAsync()
    {
        fixture = await RegistryFixture.StartAsync();
        await fixture.Local.LoadAsync(image.ToDockerArchive());
        await TagAsync("local:1", "a:1");
    }

    public ValueTask DisposeAsync() => fixture.DisposeAsync();

    [Fact]
    public async Task Push_PlainLayers_ArePackedAndComeBackAsTheSameImage()
    {
        await fixture.PushAsync("a:1");

        var pushed = fixture.Progress.Single(line => line.Pushed is not null).Pushed!;
        var manifest = fixture.Remote.Manifest("a", "1");
        Assert.Equal(("1", TestImage.Digest(manifest), manifest.Length), (pushed.Tag, pushed.Digest, pushed.Size));
        Assert.Equal($"1: digest: {pushed.Digest} size: {pushed.Size}", fixture.Messages[^2]);
        Assert.Equal([$"{fixture.Name("a")}@{pushed.Digest}"], fixture.Local.Images.Get("local:1").RepoDigests);
        Assert.Equal(RemoteImages.DockerType, JsonNode.Parse(manifest)!["mediaType"]!.GetValue<string>());
        Assert.All(image.Layers, layer => Assert.Equal("Pushed", fixture.States(TestImage.Digest(layer))[^1]));
        Assert.Equal(0, fixture.Remote.OpenUploads);
        fixture.AssertNothingLeft();

        await using var other = await RegistryFixture.StartAsync();
        await other.Registries.PullAsync(fixture.Name("a:1"), null, RegistryCredentials.None, other, TestContext.Current.CancellationToken);
        Assert.Equal(image.Id, Assert.Single(other.Local.Images.List()).Id);
    }

    [Fact]
    public async Task Push_Again_SendsNothing()
    {
        await fixture.PushAsync("a:1");
        fixture.Progress.Clear();
        fixture.Remote.Requests.Clear();

        await fixture.PushAsync("a:1");

        Assert.Equal(0, fixture.Count("POST") + fixture.Count("PATCH"));
        Assert.All(image.Layers, layer => Assert.Equal("Layer already exists", fixture.States(TestImage.Digest(layer))[^1]));
    }

    [Fact]
    public async Task Push_ToTheNeighbour_IsMounted()
    {
        await fixture.PushAsync("a:1");
        await TagAsync("local:1", "team/b:2");
        var hidden = 0;
        fixture.Remote.Hook = async http => http.Request.Method == "HEAD" && http.Request.Path.Value!.StartsWith("/v2/team/b/blobs/", StringComparison.Ordinal) && Interlocked.Increment(ref hidden) > 0 && await FakeRegistry.RefuseAsync(http, 404);
        fixture.Remote.Requests.Clear();

        await fixture.PushAsync("team/b:2");

        Assert.All(image.Layers, layer => Assert.Equal("Mounted from a", fixture.States(TestImage.Digest(layer))[^1]));
        Assert.Equal(1, fixture.Count("PATCH"));
        Assert.Equal(fixture.Remote.Manifest("a", "1"), fixture.Remote.Manifest("team/b", "2"));
    }

    [Fact]
    public async Task Push_WhatWasPulled_HasTheSameDigest()
    {
        var remote = RemoteImages.Add(fixture.Remote, "oci", "1", RemoteImages.Image("oci:1", RemoteImages.Layer("z")), RemoteImages.Zstd, oci: true);
        await fixture.PullAsync("oci:1");
        await TagAsync(fixture.Name("oci:1"), "copy:1");

        await fixture.PushAsync("copy:1");

        Assert.Equal(remote, fixture.Progress.Single(line => line.Pushed is not null).Pushed!.Digest);
    }

    [Fact]
    public async Task Push_BrokenOff_GoesOnFromWhereTheRegistryIs()
    {
        var broken = false;
        var received = 0L;
        fixture.Remote.Hook = async http =>
        {
            if (http.Request.Method != "PATCH") return false;
            if (http.Request.Headers["Content-Range"].FirstOrDefault() is { } range) received = long.Parse(range.Split('-')[0]);
            if (broken || http.Request.ContentLength < 250_000) return false;
            broken = true;
            await fixture.Remote.TakeAsync(http, 100_000);
            http.Abort();
            return true;
        };

        await fixture.PushAsync("a:1");

        Assert.Equal(100_000, received);
        Assert.Contains(fixture.Progress, line => line.Status.StartsWith("Retrying in ", StringComparison.Ordinal));
        Assert.Equal(["1"], fixture.Remote.Tags("a"));
    }

    [Theory]
    [InlineData("POST", 500)]
    [InlineData("PATCH", 503)]
    [InlineData("PUT", 429)]
    [InlineData("HEAD", 502)]
    [InlineData("PATCH", 404)]
    public async Task Push_Overloaded_IsTriedAgain(string method, int status)
    {
        var times = 0;
        fixture.Remote.Hook = async http => http.Request.Method == method && Interlocked.Increment(ref times) <= 2 && await FakeRegistry.RefuseAsync(http, status);

        await fixture.PushAsync("a:1");

        Assert.Equal(["1"], fixture.Remote.Tags("a"));
        fixture.AssertNothingLeft();
    }

    [Fact]
    public async Task Push_Cancelled_LeavesNothingHereOrThere()
    {
        using var cancel = new CancellationTokenSource();
        var sending = 0;
        fixture.Remote.Hook = async http =>
        {
            if (http.Request.Method != "PATCH") return false;
            // A session whose address is still on its way to us cannot be given up: both have theirs.
            if (Interlocked.Increment(ref sending) == image.Layers.Count) await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fixture.PushAsync("a:1", cancellationToken: cancel.Token));

        fixture.AssertNothingLeft();
        Assert.Empty(fixture.Remote.Tags("a"));
        Assert.Equal(0, fixture.Remote.OpenUploads);
    }

    [Fact]
    public async Task Push_Refused_SaysWhy()
    {
        fixture.Remote.Hook = async http => http.Request.Method == "POST" && await FakeRegistry.RefuseAsync(http, 403, "DENIED", "requested access to the resource is denied");

        Assert.Equal("denied: requested access to the resource is denied", (await fixture.FailsAsync(() => fixture.PushAsync("a:1"))).Message);
    }

    [Fact]
    public async Task Push_WithoutTag_IsAllTags()
    {
        await TagAsync("local:1", "a:2");

        await fixture.PushAsync("a");

        Assert.Equal(["1", "2"], fixture.Remote.Tags("a").Order());
        Assert.Equal(["1", "2"], fixture.Progress.Where(line => line.Pushed is not null).Select(line => line.Pushed!.Tag));
    }

    [Fact]
    public async Task Push_WhatIsNotHere_IsNotThere() =>
        Assert.Equal($"An image does not exist locally with the tag: {fixture.Name("none")}", (await fixture.FailsAsync(() => fixture.PushAsync("none:1"))).Message);

    private Task TagAsync(string source, string target) => fixture.Local.Images.TagAsync(source, fixture.Name(target), TestContext.Current.CancellationToken);
}
