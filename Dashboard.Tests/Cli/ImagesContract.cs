using System.Text.Json.Nodes;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Cli;

public abstract class ImagesContract(HostFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Images_Listed_HaveIdTagAndSize()
    {
        var row = await Docker.OkAsync("images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}} {{.Size}}", "busybox");

        Assert.Matches($@"^busybox:latest {TestImages.BusyboxImage.Id} [\d.]+MB$", row);
    }

    [Fact]
    public async Task Load_DockerArchive_SaysWhatItLoaded()
    {
        var image = TestImages.Of("loaded:one");

        var result = (await Docker.WithStdinAsync(image.ToDockerArchive(), "load")).MustSucceed();

        Assert.Contains("Loaded image: loaded:one", result.Stdout);
        Assert.Equal("hi", await Docker.OkAsync("run", "--rm", "loaded:one", "echo", "hi"));
        await Docker.OkAsync("rmi", "loaded:one");
    }

    [Fact]
    public async Task Load_GzippedArchive_IsTheSame()
    {
        var image = TestImages.Of("loaded:gz");

        (await Docker.WithStdinAsync(TestImage.Gzip(image.ToDockerArchive()), "load")).MustSucceed();

        Assert.Equal(image.Id, await Docker.OkAsync("image", "inspect", "--format", "{{.Id}}", "loaded:gz"));
        await Docker.OkAsync("rmi", "loaded:gz");
    }

    [Fact]
    public async Task Load_OciLayout_IsTheSameImage()
    {
        Assert.SkipUnless(Host.IsDashboard, "dockerd 20.10 cannot load an OCI layout");
        var image = TestImages.Of("loaded:oci", new JsonObject { ["Cmd"] = new JsonArray("echo", "from oci") });

        (await Docker.WithStdinAsync(image.ToOciLayout(), "load")).MustSucceed();

        Assert.Equal(image.Id, await Docker.OkAsync("image", "inspect", "--format", "{{.Id}}", "loaded:oci"));
        Assert.Equal("from oci", await Docker.OkAsync("run", "--rm", "loaded:oci"));
        await Docker.OkAsync("rmi", "loaded:oci");
    }

    [Fact]
    public async Task Load_UpperLayers_ChangeHideAndReplace()
    {
        var image = TestImages.Of("layered:1", null,
            new LayerBuilder().Directory("d/").File("d/a", "lower a").File("d/b", "lower b").Directory("e/").File("e/old", "old").Symlink("link", "d/a").ToArray(),
            new LayerBuilder().Whiteout("d/", "b").File("d/c", "new").Directory("e/").Opaque("e/").File("e/fresh", "fresh").ToArray());
        (await Docker.WithStdinAsync(image.ToDockerArchive(), "load")).MustSucceed();

        Assert.Equal("/d/a\n/d/c\n/e/fresh", await Docker.OkAsync("run", "--rm", "layered:1", "sh", "-c", "find /d /e -type f | sort"));
        Assert.Equal("lower a", await Docker.OkAsync("run", "--rm", "layered:1", "cat", "/link"));
        Assert.Equal("3", await Docker.OkAsync("image", "inspect", "--format", "{{len .RootFS.Layers}}", "layered:1"));
        await Docker.OkAsync("rmi", "layered:1");
    }

    [Fact]
    public async Task Run_ImageConfiguration_IsTheDefault()
    {
        var image = TestImages.Of("configured:1", new JsonObject
        {
            ["Env"] = new JsonArray("PATH=/bin", "COLOUR=green"),
            ["Entrypoint"] = new JsonArray("sh", "-c"),
            ["Cmd"] = new JsonArray("echo $COLOUR $(pwd) $(id -un)"),
            ["User"] = "app",
            ["WorkingDir"] = "/var",
            ["Labels"] = new JsonObject { ["made"] = "by test" },
        });
        (await Docker.WithStdinAsync(image.ToDockerArchive(), "load")).MustSucceed();

        Assert.Equal("green /var app", await Docker.OkAsync("run", "--rm", "configured:1"));
        Assert.Equal("green and more", await Docker.OkAsync("run", "--rm", "configured:1", "echo $COLOUR and more"));
        var id = await Docker.OkAsync("create", "configured:1");
        Assert.Equal("by test", await InspectAsync(id, "{{.Config.Labels.made}}"));
        await Docker.OkAsync("rm", id);
        await Docker.OkAsync("rmi", "configured:1");
    }

    [Fact]
    public async Task Import_Tar_IsARunnableImage()
    {
        var result = (await Docker.WithStdinAsync(TestImages.BusyboxLayer, "import", "-c", "CMD [\"echo\",\"imported\"]", "-m", "note", "-", "imported:1")).MustSucceed();

        Assert.Matches("^sha256:[0-9a-f]{64}$", result.Text);
        Assert.Equal("imported", await Docker.OkAsync("run", "--rm", "imported:1"));
        await Docker.OkAsync("rmi", "imported:1");
    }

    [Fact]
    public async Task Tag_SecondName_IsUntaggedAlone()
    {
        await Docker.OkAsync("tag", TestImages.Busybox, "registry.example:5000/team/box:v2");

        var result = await Docker.OkAsync("rmi", "registry.example:5000/team/box:v2");

        Assert.Equal("Untagged: registry.example:5000/team/box:v2", result);
        await Docker.OkAsync("run", "--rm", TestImages.Busybox, "true");
    }

    [Fact]
    public async Task Remove_UsedByContainer_IsRefused()
    {
        var id = await RunIdleAsync();

        var result = (await Docker.RunAsync("rmi", TestImages.BusyboxImage.Id)).MustExit(1);

        AssertContains("conflict: unable to delete", result);
        AssertContains("running container " + id[..12], result);
    }

    [Fact]
    public async Task Remove_Last_DeletesTheLayers()
    {
        var image = TestImages.Of("doomed:1", null, new LayerBuilder().File("extra", "x").ToArray());
        (await Docker.WithStdinAsync(image.ToDockerArchive(), "load")).MustSucceed();

        var result = await Docker.OkAsync("rmi", "doomed:1");

        Assert.Contains("Untagged: doomed:1", result);
        Assert.Contains("Deleted: " + image.Id, result);
        AssertContains("o such image: doomed:1", (await Docker.RunAsync("image", "inspect", "doomed:1")).MustExit(1));
    }

    [Fact]
    public async Task Inspect_Image_HasItsConfiguration()
    {
        var format = "{{.Id}} {{.Os}} {{json .RepoTags}} {{json .Config.Cmd}} {{len .RootFS.Layers}}";

        Assert.Equal($"{TestImages.BusyboxImage.Id} linux [\"busybox:latest\"] [\"sh\"] 1", await Docker.OkAsync("image", "inspect", "--format", format, TestImages.Busybox));
    }

    [Fact]
    public async Task History_Image_NamesItsLayers() =>
        Assert.Equal("layer 0", await Docker.OkAsync("history", "--format", "{{.CreatedBy}}", TestImages.Busybox));

    [Fact]
    public async Task Images_Filter_Selects()
    {
        Assert.Equal("busybox", await Docker.OkAsync("images", "--filter", "reference=busy*", "--format", "{{.Repository}}"));
        Assert.Equal("", await Docker.OkAsync("images", "-q", "--filter", "dangling=true"));
    }
}
