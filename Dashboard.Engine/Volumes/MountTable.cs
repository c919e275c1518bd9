using System.Text;

namespace Dashboard.Engine.Volumes;

/// <summary>
/// The mounts of this process as the kernel lists them (proc_pid_mountinfo(5)):
/// <c>36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw</c>.
/// </summary>
internal static class MountTable
{
    public static IReadOnlyList<MountEntry> Read() => Parse(File.ReadAllText("/proc/self/mountinfo"));

    public static IReadOnlyList<MountEntry> Parse(string text)
    {
        var mounts = new List<MountEntry>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            var end = Array.IndexOf(words, "-", Math.Min(6, words.Length));
            if (end < 0)
                continue;
            var optional = words[6..end];
            mounts.Add(new MountEntry(
                Unescape(words[4]),
                optional.Any(word => word.StartsWith("shared:", StringComparison.Ordinal)),
                optional.Any(word => word.StartsWith("master:", StringComparison.Ordinal))));
        }
        return mounts;
    }

    /// <summary>The mount that a path lies on: the longest mount point over it, and of several there the last.</summary>
    public static MountEntry? Over(IEnumerable<MountEntry> mounts, string path)
    {
        MountEntry? found = null;
        foreach (var mount in mounts)
        {
            if (IsUnder(path, mount.MountPoint) && mount.MountPoint.Length >= (found?.MountPoint.Length ?? 0))
                found = mount;
        }
        return found;
    }

    public static bool IsUnder(string path, string directory) =>
        directory is "/" || path == directory || (path.StartsWith(directory, StringComparison.Ordinal) && path.Length > directory.Length && path[directory.Length] == '/');

    // Blank, tab, line feed and backslash are written as three octal digits.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                plain.Append((char)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0')));
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }
        return plain.ToString();
    }
}

/// <param name="IsShared">Mounts made below travel to its peers.</param>
/// <param name="IsSlave">It receives mounts from a master.</param>
internal sealed record MountEntry(string MountPoint, bool IsShared, bool IsSlave);
