using Dashboard.Engine.Errors;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Engine.Images;

public sealed class LoadTests : IDisposable
{
    private readonly ImageFixture fixture = new();

    [Fact]
    public async Task Load_DockerArchive_MakesTheImageAndItsFiles()
    {
        var image = TestImages.BusyboxImage;

        var loaded = Assert.Single(await fixture.LoadAsync(image.ToDockerArchive()));

        Assert.Equal(image.Id, loaded.Id);
        Assert.Equal([TestImages.Busybox], loaded.References);
        var got = fixture.Images.Get("busybox");
        Assert.Equal(image.Id, got.Id);
        Assert.Equal(["busybox:latest"], got.RepoTags);
        Assert.Equal(["sh"], got.Config.Config.Cmd);
        Assert.Equal(DateTimeOffset.Parse("2024-01-02T03:04:05.6789012Z"), got.Created);
        var layer = fixture.LayerOf(got);
        Assert.Equal(File.ReadAllBytes("/bin/busybox"), File.ReadAllBytes(Path.Combine(layer, "bin/busybox")));
        Assert.Equal("busybox", File.ResolveLinkTarget(Path.Combine(layer, "bin/sh"), false)!.Name);
        Assert.Equal(UnixFileMode.StickyBit, File.GetUnixFileMode(Path.Combine(layer, "tmp")) & UnixFileMode.StickyBit);
        Assert.Equal(["image load " + image.Id], fixture.Events.Published);
        fixture.AssertNothingHalf();
    }

    [Fact]
    public async Task Load_OciLayout_KeepsTheBlobsAsReceived()
    {
        var image = TestImages.BusyboxImage;

        var loaded = Assert.Single(await fixture.LoadAsync(image.ToOciLayout()));

        Assert.Equal(image.Id, loaded.Id);
        Assert.Equal([TestImages.Busybox], loaded.References);
        var packed = TestImage.Digest(TestImage.Gzip(image.Layers[0]));
        Assert.True(File.Exists(Path.Combine(fixture.Blobs, packed["sha256:".Length..])));
        Assert.Equal(3, Directory.GetFiles(fixture.Blobs).Length);
        fixture.AssertNothingHalf();
    }

    [Fact]
    public async Task Load_AfterRestart_IsStillThere()
    {
        await fixture.LoadAsync(TestImages.BusyboxImage.ToDockerArchive());

        fixture.Restart();

        Assert.Equal(TestImages.BusyboxImage.Id, fixture.Images.Get("busybox:latest").Id);
        Assert.True(Directory.Exists(fixture.LayerOf(fixture.Images.Get("busybox"))));
    }

    [Fact]
    public async Task Remove_LastName_LeavesNothing()
    {
        await fixture.LoadAsync(TestImages.BusyboxImage.ToOciLayout());

        var removed = await fixture.Images.RemoveAsync("busybox", false, false, TestContext.Current.CancellationToken);

        Assert.Equal("busybox:latest", removed[0].Untagged);
        Assert.Equal(TestImages.BusyboxImage.Id, removed[1].Deleted);
        fixture.AssertNothingIsThere();
        var error = Assert.Throws<EngineException>(() => fixture.Images.Get("busybox"));
        Assert.Equal((ErrorKind.NotFound, "No such image: busybox:latest"), (error.Kind, error.Message));
    }

    public void Dispose() => fixture.Dispose();
}
