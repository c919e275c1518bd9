using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Mounts;

/// <summary>Options of a tmpfs: those that Docker lets pass, as mount(8) takes them.</summary>
internal static class TmpfsWords
{
    private static readonly string[] s_defaults = ["noexec", "nosuid", "nodev"];

    private static readonly HashSet<string> s_flags =
        ["rw", "ro", "exec", "noexec", "suid", "nosuid", "dev", "nodev", "sync", "async", "dirsync", "remount", "atime", "noatime", "diratime", "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime"];

    private static readonly string[] s_keys = ["size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol"];

    /// <summary>Of an entry of <c>HostConfig.Mounts</c>.</summary>
    public static string Of(MountSpec mount)
    {
        var words = new List<string>();
        if (mount.ReadOnly)
            words.Add("ro");
        foreach (var option in mount.TmpfsOptions?.Options ?? [])
        {
            var word = option is { Count: 1 or 2 } ? string.Join('=', option) : throw MountRules.Wrong(mount, "invalid option array length");
            if (!IsKnown(word))
                throw MountRules.Wrong(mount, $"invalid option: \"{word}\"");
            words.Add(word);
        }
        if (mount.TmpfsOptions is { SizeBytes: > 0 and var size })
            words.Add($"size={size}");
        if (mount.TmpfsOptions is { Mode: > 0 and var mode })
            words.Add($"mode={Convert.ToString(mode & 0xFFF, 8)}");
        return string.Join(',', words);
    }

    /// <summary>The words with Docker's defaults, which a word of the other sense takes away.</summary>
    /// <exception cref="EngineException">400: a word that is not one.</exception>
    public static IReadOnlyList<string> Complete(string options)
    {
        var asked = options.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(asked, word => !IsKnown(word)) is { } unknown)
            throw EngineException.Invalid($"invalid tmpfs option [\"{unknown}\"]");
        return [.. s_defaults.Where(word => !asked.Contains(word[2..])), .. asked.Where(word => !s_defaults.Contains(word))];
    }

    private static bool IsKnown(string word) =>
        s_flags.Contains(word) || (word.IndexOf('=') is > 0 and var equals && s_keys.Contains(word[..equals]) && !word.Contains('\0') && !word.Contains(','));
}
