using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Events;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Volumes;

/// <summary>
/// All volumes and who has them. A volume's row is written before its directory is made and deleted after the directory has
/// gone, so that a crash leaves no tree that nobody knows: the next start makes what is missing and removes what was marked.
/// </summary>
internal sealed partial class VolumeStore
{
    private readonly Lock gate = new();
    private readonly AsyncGate changes = new();
    private readonly Dictionary<string, VolumeEntry> entries = new(StringComparer.Ordinal);
    private readonly VolumeTable table;
    private readonly VolumeDirectories directories;
    private readonly IEvents events;
    private readonly TimeProvider clock;

    public VolumeStore(VolumeTable table, VolumeDirectories directories, ContainerRegistry containers, IEvents events, TimeProvider clock, ILogger<VolumeStore> logger)
    {
        (this.table, this.directories, this.events, this.clock) = (table, directories, events, clock);
        foreach (var (volume, removing) in table.Load())
        {
            if (removing)
            {
                Forget(volume.Name, logger);
                continue;
            }
            directories.Make(volume.Name);
            directories.DropCopy(volume.Name);
            entries[volume.Name] = new VolumeEntry(volume);
        }
        directories.EmptyTrash();
        foreach (var container in containers.Entries)
        {
            foreach (var name in NamesOf(container.Value))
                Find(name)?.Users.Add(container.Id);
        }
    }

    public IReadOnlyList<VolumeEntry> Entries
    {
        get
        {
            lock (gate)
                return [.. entries.Values];
        }
    }

    public VolumeEntry? Find(string name)
    {
        lock (gate)
            return entries.GetValueOrDefault(name);
    }

    public VolumeEntry Get(string name) => Find(name) ?? throw EngineException.NotFound($"get {name}: no such volume");

    public IReadOnlyList<string> UsersOf(VolumeEntry entry)
    {
        lock (gate)
            return [.. entry.Users.Order(StringComparer.Ordinal)];
    }

    public void Release(string name, string containerId)
    {
        lock (gate)
            entries.GetValueOrDefault(name)?.Users.Remove(containerId);
    }

    /// <summary>The volume of that name, new or not; from the answer on <paramref name="user"/> has it.</summary>
    public async Task<(VolumeEntry Entry, bool IsNew)> AcquireAsync(VolumeRequest request, string? user)
    {
        var name = request.Name is "" ? VolumeName.NewAnonymous() : request.Name;
        if (request.Driver is not ("" or Volume.LocalDriver))
            throw EngineException.NotFound($"create {name}: error looking up volume plugin {request.Driver}: plugin \"{request.Driver}\" not found");
        using var turn = await changes.EnterAsync();
        if (Find(name) is { } existing)
        {
            if (existing.Removing)
                throw EngineException.Conflict($"create {name}: the removal of this volume has begun and could not be finished: remove it again");
            Use(existing, user);
            return (existing, false);
        }
        VolumeName.Validate(name);
        LocalOptions.Check(name, request.Options);
        var volume = New(name, request);
        await table.AddAsync(volume);
        await MakeAsync(volume);
        var entry = new VolumeEntry(volume);
        Use(entry, user);
        lock (gate)
            entries[name] = entry;
        await PublishAsync("create", volume);
        return (entry, true);
    }

    private async Task MakeAsync(Volume volume)
    {
        try
        {
            directories.Make(volume.Name);
        }
        catch
        {
            directories.MoveToTrash(volume.Name);
            await table.DeleteAsync(volume.Name);
            throw;
        }
    }

    /// <exception cref="EngineException">409 while a container has it.</exception>
    public async Task RemoveAsync(VolumeEntry entry)
    {
        var name = entry.Value.Name;
        using (await entry.Gate.EnterAsync())
        using (await changes.EnterAsync())
        {
            if (entry.Removed)
                return;
            if (UsersOf(entry) is { Count: > 0 } users)
                throw EngineException.Conflict($"remove {name}: volume is in use - [{string.Join(", ", users)}]");
            RefuseMounts(name);
            await table.MarkRemovingAsync(name);
            entry.Removing = true;
            directories.MoveToTrash(name);
            await table.DeleteAsync(name);
            entry.Removed = true;
            lock (gate)
                entries.Remove(name);
        }
        await PublishAsync("destroy", entry.Value);
        directories.EmptyTrash();
    }

    // A tree is never taken apart across a mount: what lies behind it is not the volume's.
    private void RefuseMounts(string name)
    {
        if (directories.MountsIn(name).Contains(directories.RealDataOf(name)))
            LocalMount.Remove(directories.DataOf(name));
        if (directories.MountsIn(name) is [var point, ..])
            throw EngineException.Conflict($"remove {name}: {point} is a mount point in it, unmount that first");
    }

    private Volume New(string name, VolumeRequest request) => new()
    {
        Name = name,
        Created = clock.GetUtcNow(),
        Labels = request.Name is "" ? new SortedDictionary<string, string>(Sorted(request.Labels) ?? [], StringComparer.Ordinal) { [Volume.AnonymousLabel] = "" } : Sorted(request.Labels),
        Options = Sorted(request.Options),
        Mountpoint = directories.DataOf(name),
    };

    // Docker shows maps in the order of their keys.
    private static SortedDictionary<string, string>? Sorted(IReadOnlyDictionary<string, string>? map) =>
        map is null ? null : new SortedDictionary<string, string>(new Dictionary<string, string>(map), StringComparer.Ordinal);

    private void Use(VolumeEntry entry, string? user)
    {
        if (user is null)
            return;
        lock (gate)
            entry.Users.Add(user);
    }

    private ValueTask PublishAsync(string action, Volume volume) =>
        events.PublishAsync("volume", action, volume.Name, new Dictionary<string, string> { ["driver"] = Volume.LocalDriver });

    private void Forget(string name, ILogger logger)
    {
        directories.MoveToTrash(name);
        table.DeleteAsync(name).GetAwaiter().GetResult();
        LogFinished(logger, name);
    }

    private static IEnumerable<string> NamesOf(Containers.Container container) =>
        (container.MountPoints ?? []).Select(mount => mount.Name).Where(name => name is not "");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The removal of volume {Name} was never finished: finished now")]
    private static partial void LogFinished(ILogger logger, string name);
}
