namespace Dashboard.Engine.Volumes;

/// <summary>The words of <c>mount -o</c>, parted into flags of mount(2), a change of propagation, and the file system's own data.</summary>
internal sealed record MountWords(ulong Flags, ulong Propagation, string Data)
{
    public const ulong ReadOnly = 1, Remount = 32, Bind = 0x1000, Recursive = 0x4000;
    private const ulong Unbindable = 1 << 17, Private = 1 << 18, Slave = 1 << 19, Shared = 1 << 20;

    private static readonly Dictionary<string, (bool Clear, ulong Flag)> s_flags = new(StringComparer.Ordinal)
    {
        ["defaults"] = (false, 0), ["ro"] = (false, ReadOnly), ["rw"] = (true, ReadOnly), ["suid"] = (true, 2), ["nosuid"] = (false, 2),
        ["dev"] = (true, 4), ["nodev"] = (false, 4), ["exec"] = (true, 8), ["noexec"] = (false, 8), ["sync"] = (false, 16), ["async"] = (true, 16),
        ["dirsync"] = (false, 128), ["remount"] = (false, Remount), ["mand"] = (false, 64), ["nomand"] = (true, 64), ["atime"] = (true, 1024),
        ["noatime"] = (false, 1024), ["diratime"] = (true, 2048), ["nodiratime"] = (false, 2048), ["bind"] = (false, Bind),
        ["rbind"] = (false, Bind | Recursive), ["relatime"] = (false, 1 << 21), ["norelatime"] = (true, 1 << 21),
        ["strictatime"] = (false, 1 << 24), ["nostrictatime"] = (true, 1 << 24),
    };

    private static readonly Dictionary<string, ulong> s_propagations = new(StringComparer.Ordinal)
    {
        ["unbindable"] = Unbindable, ["runbindable"] = Unbindable | Recursive, ["private"] = Private, ["rprivate"] = Private | Recursive,
        ["slave"] = Slave, ["rslave"] = Slave | Recursive, ["shared"] = Shared, ["rshared"] = Shared | Recursive,
    };

    public static MountWords Parse(string options)
    {
        ulong flags = 0, propagation = 0;
        var data = new List<string>();
        foreach (var word in options.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (s_flags.TryGetValue(word, out var known))
                flags = known.Clear ? flags & ~known.Flag : flags | known.Flag;
            else if (s_propagations.TryGetValue(word, out var kind))
                propagation |= kind;
            else
                data.Add(word);
        }
        return new MountWords(flags, propagation, string.Join(',', data));
    }
}
