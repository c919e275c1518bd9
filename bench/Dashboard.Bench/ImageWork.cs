using System.Diagnostics;
using Dashboard.Tests.Shared;

namespace Dashboard.Bench;

/// <summary>A Debian with Python (170 MB, thousands of files) goes in, as a root file system and as an image.</summary>
internal sealed class ImageWork(IReadOnlyList<Contestant> contestants)
{
    private const int Rounds = 3;

    public async Task RunAsync()
    {
        var tar = await File.ReadAllBytesAsync(await TestImages.DebianTarAsync());
        for (var i = 0; i < Rounds; i++)
        {
            // Another content each time: an engine that has the layer already would only count bytes.
            var layer = new LayerBuilder().File("round", Guid.NewGuid().ToString()).ToArray();
            byte[] rootfs = [.. layer.AsSpan(0, 1024), .. tar];
            foreach (var each in contestants)
            {
                await MeasureAsync(each, "image import (MiB/s)", "images/create?fromSrc=-&repo=bench-import", rootfs, "bench-import");
                var image = new TestImage { Tag = "bench-load:latest", Layers = [TestImages.BusyboxLayer, rootfs] };
                await MeasureAsync(each, "image load (MiB/s)", "images/load?quiet=1", image.ToDockerArchive(), "bench-load");
            }
        }
    }

    private static async Task MeasureAsync(Contestant each, string name, string path, byte[] tar, string image)
    {
        var watch = Stopwatch.StartNew();
        await each.Client.UploadAsync(path, new MemoryStream(tar));
        each[name].Add(tar.Length / (double)(1 << 20) / watch.Elapsed.TotalSeconds);
        await each.Client.RemoveImageAsync(image);
    }
}
