using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers.Files;

namespace Dashboard.Engine.Api.Views;

/// <summary>A path of a container as the header of an archive shows it, with the mode as Go counts it (os.FileMode).</summary>
internal static class PathStatView
{
    private static readonly (uint Type, uint Bits)[] s_types =
    [
        (0x4000, 1u << 31), // directory
        (0xA000, 1u << 27), // symbolic link
        (0x6000, 1u << 26), // device
        (0x2000, (1u << 26) | (1u << 21)), // device, character device
        (0x1000, 1u << 25), // named pipe
        (0xC000, 1u << 24), // socket
    ];

    private static readonly (uint Bit, uint Go)[] s_bits = [(0x800, 1u << 23), (0x400, 1u << 22), (0x200, 1u << 20)]; // setuid, setgid, sticky

    public static PathStatMessage Of(PathStat stat) => new(
        stat.Name,
        stat.Size,
        Mode(stat.Mode),
        GoTime.Format(DateTimeOffset.UnixEpoch.AddSeconds(stat.ModifyTime.Seconds).AddTicks(stat.ModifyTime.Nanoseconds / 100)),
        stat.LinkTarget);

    private static uint Mode(uint mode) =>
        (mode & 0x1FF)
        | s_types.Where(type => type.Type == (mode & 0xF000)).Select(type => type.Bits).FirstOrDefault()
        | s_bits.Where(bit => (mode & bit.Bit) != 0).Aggregate(0u, (all, bit) => all | bit.Go);
}
