using System.Formats.Tar;

namespace Dashboard.Tests.Shared;

/// <summary>Writes a tar entry by entry, exactly as told: nothing is checked, so that hostile archives can be made too.</summary>
internal sealed class LayerBuilder
{
    private static readonly DateTimeOffset s_time = new(2024, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly MemoryStream _bytes = new();
    private readonly TarWriter _tar;

    public LayerBuilder() => _tar = new TarWriter(_bytes, TarEntryFormat.Pax, leaveOpen: true);

    public LayerBuilder Directory(string name, int mode = 0b111_101_101) => Add(TarEntryType.Directory, name, mode);

    public LayerBuilder File(string name, byte[] content, int mode = 0b110_100_100, int uid = 0, int gid = 0) =>
        Add(TarEntryType.RegularFile, name, mode, entry =>
        {
            entry.DataStream = new MemoryStream(content);
            entry.Uid = uid;
            entry.Gid = gid;
        });

    public LayerBuilder File(string name, string content, int mode = 0b110_100_100) => File(name, System.Text.Encoding.UTF8.GetBytes(content), mode);

    public LayerBuilder Symlink(string name, string target) => Add(TarEntryType.SymbolicLink, name, 0b111_111_111, entry => entry.LinkName = target);

    public LayerBuilder Hardlink(string name, string target) => Add(TarEntryType.HardLink, name, 0b110_100_100, entry => entry.LinkName = target);

    public LayerBuilder CharacterDevice(string name, int major, int minor) => Add(TarEntryType.CharacterDevice, name, 0b110_110_110, entry =>
    {
        entry.DeviceMajor = major;
        entry.DeviceMinor = minor;
    });

    /// <summary>The entry hides <paramref name="name"/> of the layers below (image-spec layer.md, "Whiteouts").</summary>
    public LayerBuilder Whiteout(string directory, string name) => File($"{directory}.wh.{name}", []);

    public LayerBuilder Opaque(string directory) => File($"{directory}.wh..wh..opq", []);

    public byte[] ToArray()
    {
        _tar.Dispose();
        return _bytes.ToArray();
    }

    private LayerBuilder Add(TarEntryType type, string name, int mode, Action<PaxTarEntry>? complete = null)
    {
        var entry = new PaxTarEntry(type, name) { Mode = (UnixFileMode)mode, ModificationTime = s_time };
        complete?.Invoke(entry);
        _tar.WriteEntry(entry);
        return this;
    }
}
