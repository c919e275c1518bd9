using System.Runtime.InteropServices;
using System.Text;
using Dashboard.Linux;

namespace Dashboard.Engine.Info;

/// <summary>Who may use a unix socket of the engine: owner and group, nobody else.</summary>
public static class SocketAccess
{
    private const uint Unchanged = uint.MaxValue;

    /// <summary>Mode 0660, and <paramref name="group"/> where /etc/group knows it. Call it before listening: a bound socket refuses everyone.</summary>
    /// <exception cref="IOException">The kernel refuses the change of group.</exception>
    public static void Restrict(string path, string group)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        if (FindGroup(group) is not { } gid) return;
        if (At.fchownat(At.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), Unchanged, gid, 0) != 0)
            throw new IOException($"cannot give the socket {path} to the group {group}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    public static bool IsSocket(string path)
    {
        const uint socket = 0xC000; // S_IFSOCK
        return At.statx(At.AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), At.AT_SYMLINK_NOFOLLOW, out var found) == 0 && found.Type == socket;
    }

    // docker:x:998:alice,bob (group(5))
    private static uint? FindGroup(string name) => File.Exists("/etc/group")
        ? File.ReadLines("/etc/group").Select(line => line.Split(':'))
            .Where(fields => fields.Length >= 3 && fields[0] == name)
            .Select(fields => uint.TryParse(fields[2], out var gid) ? gid : (uint?)null)
            .FirstOrDefault()
        : null;
}
