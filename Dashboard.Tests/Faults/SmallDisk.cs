using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Faults;

/// <summary>A small ext4 file system in a file, mounted by a loop device: it can be filled to the last block and emptied again.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const long Coarse = 1 << 20;
    private readonly string _work = TestPlaces.NewWorkDirectory("disk");

    private SmallDisk()
    {
    }

    /// <summary>An empty directory on the disk.</summary>
    public string Root => Path.Combine(_work, "mnt", "root");

    private string Ballast => Path.Combine(_work, "mnt", "ballast");

    public long FreeBytes => new DriveInfo(Root).AvailableFreeSpace;

    public static async Task<SmallDisk> CreateAsync(int mebibytes)
    {
        var disk = new SmallDisk();
        var image = Path.Combine(disk._work, "image");
        using (var file = File.Create(image)) file.SetLength((long)mebibytes << 20);
        (await Command.RunAsync("mkfs.ext4", "-q", "-m", "0", image)).MustSucceed();
        var mountPoint = Directory.CreateDirectory(Path.Combine(disk._work, "mnt")).FullName;
        (await Command.RunAsync("mount", "-o", "loop", image, mountPoint)).MustSucceed();
        Directory.CreateDirectory(disk.Root);
        return disk;
    }

    /// <summary>Takes all space but about so many bytes; with 0 not one more block can be had.</summary>
    public void Fill(long leave = 0)
    {
        using var file = new FileStream(Ballast, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, BufferSize = 0 });
        file.Seek(0, SeekOrigin.End);
        var block = new byte[Coarse];
        try
        {
            for (long take; (take = Math.Min(Coarse, FreeBytes - leave)) > 0;) file.Write(block, 0, (int)Math.Min(take, Coarse));
            if (leave > 0) return;
            while (true) file.Write(block, 0, 1024);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        (await Command.RunAsync("umount", Path.Combine(_work, "mnt"))).MustSucceed();
        Directory.Delete(_work, recursive: true);
    }
}
