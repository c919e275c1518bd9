using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Errors;
using Dashboard.Oci.ImageSpec;

namespace Dashboard.Tests.Engine.Containers.Create;

public sealed class ConfigMergeTests
{
    private static readonly ImageExecutionConfig Image = new()
    {
        Entrypoint = ["/entry"],
        Cmd = ["default"],
        Env = ["PATH=/bin", "A=image"],
        User = "app",
        WorkingDir = "/srv",
        StopSignal = "SIGQUIT",
        Labels = new Dictionary<string, string> { ["a"] = "image", ["b"] = "image" },
    };

    private static string Command(ContainerConfig request, ImageExecutionConfig? image = null)
    {
        var config = ConfigMerge.Complete(request, image ?? Image);
        return string.Join(' ', [.. config.Entrypoint ?? [], .. config.Cmd ?? []]);
    }

    [Fact]
    public void Command_NothingAsked_IsTheImages() => Assert.Equal("/entry default", Command(new ContainerConfig()));

    [Fact]
    public void Command_CmdAsked_KeepsTheEntrypoint() => Assert.Equal("/entry mine", Command(new ContainerConfig { Cmd = ["mine"] }));

    [Fact]
    public void Command_EntrypointAsked_DropsTheImagesCmdOnlyWithOneOfItsOwn()
    {
        Assert.Equal("/other mine", Command(new ContainerConfig { Entrypoint = ["/other"], Cmd = ["mine"] }));
        Assert.Equal("mine", Command(new ContainerConfig { Entrypoint = [""], Cmd = ["mine"] }));
    }

    [Fact]
    public void Command_None_IsRefused()
    {
        var error = Assert.Throws<EngineException>(() => Command(new ContainerConfig(), new ImageExecutionConfig()));

        Assert.Equal("no command specified", error.Message);
    }

    [Fact]
    public void Values_OfTheRequest_WinOverTheImages()
    {
        var config = ConfigMerge.Complete(
            new ContainerConfig { Env = ["A=mine", "C"], User = "root", Labels = new Dictionary<string, string> { ["a"] = "mine" } }, Image);

        Assert.Equal(["A=mine", "C", "PATH=/bin"], config.Env);
        Assert.Equal(("root", "/srv", "SIGQUIT"), (config.User, config.WorkingDir, config.StopSignal));
        Assert.Equal(("mine", "image"), (config.Labels!["a"], config.Labels["b"]));
    }

    [Fact]
    public void Volumes_EmptySetAsked_AreTheImagesOrNone()
    {
        var request = new ContainerConfig { Volumes = new Dictionary<string, System.Text.Json.JsonElement>() };

        Assert.Null(ConfigMerge.Complete(request, Image).Volumes);
        Assert.Equal(["/data"], ConfigMerge.Complete(request, Image with { Volumes = new Dictionary<string, System.Text.Json.JsonElement> { ["/data"] = default } }).Volumes!.Keys);
    }
}
