namespace Dashboard.Runtime.Launch;

/// <summary>Mount options of a spec, parsed to flags of mount(2) and the file system's own data (runtime-spec config.md, "Linux mount options").</summary>
internal readonly record struct MountOptions(ulong Flags, ulong Propagation, bool Bind, bool Recursive, bool ReadOnlyBelow, string Data)
{
    public const ulong ReadOnly = 1, NoSuid = 2, NoDev = 4, NoExec = 8, Synchronous = 16, Remount = 32, BindFlag = 4096, Rec = 16384, Unbindable = 1 << 17, Private = 1 << 18, Slave = 1 << 19, Shared = 1 << 20;

    private static readonly Dictionary<string, (bool Clear, ulong Flag)> Known = new(StringComparer.Ordinal)
    {
        ["defaults"] = (false, 0), ["rw"] = (true, ReadOnly), ["ro"] = (false, ReadOnly),
        ["suid"] = (true, NoSuid), ["nosuid"] = (false, NoSuid), ["dev"] = (true, NoDev), ["nodev"] = (false, NoDev),
        ["exec"] = (true, NoExec), ["noexec"] = (false, NoExec), ["sync"] = (false, Synchronous), ["async"] = (true, Synchronous),
        ["dirsync"] = (false, 128), ["mand"] = (false, 64), ["nomand"] = (true, 64), ["noatime"] = (false, 1024), ["atime"] = (true, 1024),
        ["nodiratime"] = (false, 2048), ["diratime"] = (true, 2048), ["relatime"] = (false, 1 << 21), ["norelatime"] = (true, 1 << 21),
        ["strictatime"] = (false, 1 << 24), ["nostrictatime"] = (true, 1 << 24), ["silent"] = (false, 1 << 15),
    };

    private static readonly Dictionary<string, ulong> PropagationFlags = new(StringComparer.Ordinal)
    {
        ["private"] = Private, ["rprivate"] = Private | Rec, ["slave"] = Slave, ["rslave"] = Slave | Rec,
        ["shared"] = Shared, ["rshared"] = Shared | Rec, ["unbindable"] = Unbindable, ["runbindable"] = Unbindable | Rec,
    };

    public static ulong PropagationOf(string? name) =>
        name is null ? Slave | Rec : PropagationFlags.TryGetValue(name, out var flags) ? flags : throw new LaunchException($"rootfsPropagation {name} is not known");

    public static MountOptions Parse(IReadOnlyList<string> options)
    {
        ulong flags = 0, propagation = 0;
        bool bind = false, recursive = false, readOnlyBelow = false;
        var data = new List<string>();
        foreach (var option in options)
        {
            if (option is "bind" or "rbind")
                (bind, recursive) = (true, option == "rbind");
            else if (option is "rro")
                (flags, readOnlyBelow) = (flags | ReadOnly, true);
            else if (Known.TryGetValue(option, out var known))
                flags = known.Clear ? flags & ~known.Flag : flags | known.Flag;
            else if (PropagationFlags.TryGetValue(option, out var kind))
                propagation = kind;
            else
                data.Add(option);
        }
        return new(flags, propagation, bind, recursive, readOnlyBelow, string.Join(',', data));
    }
}
