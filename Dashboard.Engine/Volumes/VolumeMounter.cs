using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Volumes;

/// <summary>
/// Keeps volumes with driver options mounted while somebody needs them: from the first holder to the last. The mount is the
/// kernel's and outlives this process; the next one counts the holders anew. All but <see cref="SettleAsync"/> with the
/// entry's gate held.
/// </summary>
internal sealed class VolumeMounter(VolumeStore store, VolumeDirectories directories)
{
    /// <exception cref="EngineException">What the options name cannot be mounted.</exception>
    public async Task HoldAsync(VolumeEntry entry, string holder)
    {
        var name = entry.Value.Name;
        if (entry.Removed)
            throw EngineException.NotFound($"get {name}: no such volume");
        if (entry.Holders.Count == 0)
        {
            directories.Make(name);
            // A server far away may take minutes to answer, or never do.
            if (LocalOptions.Of(entry.Value.Options) is { } options && !IsMounted(name))
                await Task.Run(() => LocalMount.Make(options, directories.DataOf(name)));
        }
        entry.Holders.Add(holder);
    }

    public void Release(VolumeEntry entry, string holder)
    {
        entry.Holders.Remove(holder);
        if (entry.Holders.Count == 0)
            Unmount(entry);
    }

    /// <summary>After a start, when all that runs is adopted: takes away what nobody holds any more.</summary>
    public async Task SettleAsync()
    {
        foreach (var entry in store.Entries.Where(entry => entry.Value.Options is not null))
        {
            using var turn = await entry.Gate.EnterAsync();
            if (entry.Holders.Count == 0)
                Unmount(entry);
        }
    }

    private void Unmount(VolumeEntry entry)
    {
        if (LocalOptions.Of(entry.Value.Options) is not null && IsMounted(entry.Value.Name))
            LocalMount.Remove(directories.DataOf(entry.Value.Name));
    }

    private bool IsMounted(string name) => directories.MountsIn(name).Contains(directories.RealDataOf(name));
}
