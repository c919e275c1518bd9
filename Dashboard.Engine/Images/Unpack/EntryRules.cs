namespace Dashboard.Engine.Images.Unpack;

/// <summary>What sets the unpacking of a layer apart from a copy into a container (moby pkg/archive: ApplyLayer and Untar).</summary>
internal sealed record EntryRules
{
    /// <summary>A layer, from its root, with the names that hide others.</summary>
    public static EntryRules Layer { get; } = new() { Whiteouts = true };

    public bool Whiteouts { get; private init; }

    /// <summary>The directory that all names are below: clean, without a leading slash, empty for the root.</summary>
    public string Base { get; init; } = "";

    /// <summary>Null: as the archive says.</summary>
    public (uint Uid, uint Gid)? Owner { get; init; }

    /// <summary>Docker's noOverwriteDirNonDir: a directory is not replaced by something else, nor the other way round.</summary>
    public bool KeepKinds { get; init; }

    /// <summary>A member's name as a clean path below the root.</summary>
    /// <exception cref="TarException">It is outside of <see cref="Base"/>.</exception>
    public string Place(string name)
    {
        if (Whiteouts)
            return EntryPath.Clean(name);
        if (!EntryPath.TryClean(name, out var clean))
            throw new TarException($"\"{EntryPath.Show(name)}\" is outside of \"/{EntryPath.Show(Base)}\"");
        return Base.Length == 0 ? clean : clean.Length == 0 ? Base : $"{Base}/{clean}";
    }

    public TarEntry Owned(TarEntry entry) => Owner is { } owner ? entry with { Uid = owner.Uid, Gid = owner.Gid } : entry;

    /// <summary>Docker refuses links that seem to lead out. It is manners, not safety: who follows one later stays in the root all the same.</summary>
    public void CheckLink(TarEntry entry, string path)
    {
        if (entry.Type == TarEntryType.HardLink && !EntryPath.TryClean(entry.LinkName, out _))
            throw new TarException($"invalid hardlink \"/{EntryPath.Show(path)}\" -> \"{EntryPath.Show(entry.LinkName)}\"");
        if (entry.Type != TarEntryType.SymbolicLink || Base.Length == 0)
            return;
        var inside = EntryPath.TryClean($"{EntryPath.Split(path).Directory}/{entry.LinkName}", out var target) && target.StartsWith(Base, StringComparison.Ordinal);
        if (!inside)
            throw new TarException($"invalid symlink \"/{EntryPath.Show(path)}\" -> \"{EntryPath.Show(entry.LinkName)}\"");
    }

    public void CheckKind(TarEntry entry, string path, bool isDirectory)
    {
        if (isDirectory && entry.Type != TarEntryType.Directory)
            throw new TarException($"cannot overwrite directory \"/{EntryPath.Show(path)}\" with non-directory \"/{EntryPath.Show(Base)}\"");
        if (!isDirectory && entry.Type == TarEntryType.Directory)
            throw new TarException($"cannot overwrite non-directory \"/{EntryPath.Show(path)}\" with directory \"/{EntryPath.Show(Base)}\"");
    }
}
