using Dashboard.Engine.Errors;
using Dashboard.Tests.Engine.Images;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Faults;

/// <summary>A disk that is full at every point of a load and an import: Docker's words, nothing left behind, and then it works.</summary>
public sealed class ImageDiskTests : IAsyncLifetime
{
    // From "not one block" to "all but the last step".
    private static readonly long[] s_leave = [0, 8 << 10, 32 << 10, 128 << 10, 512 << 10, 1 << 20, 2 << 20, 3 << 20, 4 << 20, 5 << 20, 6 << 20, 8 << 20, 12 << 20];
    private SmallDisk _disk = null!;
    private ImageFixture _images = null!;

    public async ValueTask InitializeAsync()
    {
        _disk = await SmallDisk.CreateAsync(48);
        _images = new ImageFixture(root: _disk.Root);
    }

    public async ValueTask DisposeAsync()
    {
        _images.Dispose();
        await _disk.DisposeAsync();
    }

    [Fact]
    public async Task Load_DiskFullAnywhere_SaysSoAndLeavesNothing()
    {
        var image = TestImages.BusyboxImage with { Layers = [.. TestImages.BusyboxImage.Layers, ManyFiles()] };

        await WalkAsync(async () => await _images.LoadAsync(image.ToDockerArchive()));

        var layer = _images.LayerOf(_images.Images.Get(image.Id));
        Assert.Equal(File.ReadAllBytes("/bin/busybox"), File.ReadAllBytes(Path.Combine(layer, "bin/busybox")));
    }

    [Fact]
    public async Task Load_CompressedLayersDiskFullAnywhere_SaysSoAndLeavesNothing()
    {
        var image = TestImages.BusyboxImage with { Layers = [.. TestImages.BusyboxImage.Layers, ManyFiles()] };

        await WalkAsync(async () => await _images.LoadAsync(image.ToOciLayout()));
    }

    [Fact]
    public async Task Import_DiskFullAnywhere_SaysSoAndLeavesNothing() => await WalkAsync(async () => await _images.ImportAsync(ManyFiles()));

    private async Task WalkAsync(Func<Task> receive)
    {
        var failures = 0;
        foreach (var leave in s_leave)
        {
            _disk.Fill(leave);
            try
            {
                await receive();
                await RemoveAllAsync();
            }
            catch (EngineException error)
            {
                Assert.Contains("no space left on device", error.Message, StringComparison.Ordinal);
                failures++;
            }
            _images.AssertNothingIsThere();
            _disk.Free();
        }
        Assert.InRange(failures, 4, s_leave.Length - 1);

        await receive();
        Assert.Single(_images.Images.List());
    }

    private async Task RemoveAllAsync()
    {
        foreach (var image in _images.Images.List()) await _images.Images.RemoveAsync(image.Id, force: true, noPrune: false, TestContext.Current.CancellationToken);
    }

    private static byte[] ManyFiles()
    {
        var random = new Random(3);
        var layer = new LayerBuilder();
        for (var i = 0; i < 60; i++)
        {
            var content = new byte[30_000];
            random.NextBytes(content);
            layer.Directory($"d{i}/").File($"d{i}/file", content);
        }
        return layer.ToArray();
    }
}
