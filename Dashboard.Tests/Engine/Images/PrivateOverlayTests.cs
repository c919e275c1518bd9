using Dashboard.Engine.Containers.Files;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Tasks;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Engine.Images;

public sealed class PrivateOverlayTests
{
    private const int ManyLayers = 120;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Mount_ManyLayers_IsSeenByItsThreadAlone(bool classic)
    {
        var root = TestPlaces.NewWorkDirectory("overlay");
        var layers = Enumerable.Range(0, ManyLayers).Select(number => Path.Combine(root, new string('l', 60) + number)).ToList();
        foreach (var (layer, number) in layers.Select((layer, number) => (layer, number)))
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(layer).FullName, $"file{number}"), "x", TestContext.Current.CancellationToken);
        var overlay = new OverlayMount { LowerDirs = layers, UpperDir = Directory.CreateDirectory(Path.Combine(root, "upper")).FullName, WorkDir = Directory.CreateDirectory(Path.Combine(root, "work")).FullName };
        var place = Directory.CreateDirectory(Path.Combine(root, "place")).FullName;

        var seen = await OwnThread.RunAsync(() =>
        {
            using var mounted = PrivateOverlay.Mount(overlay, place, classic);
            File.WriteAllText(Path.Combine(place, "written"), "y");
            return Directory.GetFiles(place).Length;
        });

        Assert.Equal(ManyLayers + 1, seen);
        Assert.Empty(Directory.GetFiles(place));
        Assert.Equal(["written"], Directory.GetFiles(overlay.UpperDir).Select(Path.GetFileName));
        Assert.DoesNotContain(root, await File.ReadAllTextAsync("/proc/self/mountinfo", TestContext.Current.CancellationToken));
        Directory.Delete(root, recursive: true);
    }
}
