using System.Collections.Concurrent;
using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;

namespace Dashboard.Engine.Containers.State;

/// <summary>All containers: by id, unique id prefix and name. Reads take no lock; a name belongs to one container from its reservation on.</summary>
internal sealed class ContainerRegistry : IImageUsers
{
    private readonly ContainerTable table;
    private readonly ConcurrentDictionary<string, ContainerEntry> entries = new();
    private readonly ConcurrentDictionary<string, string> idsByName = new();

    public ContainerRegistry(ContainerTable table)
    {
        this.table = table;
        foreach (var container in table.Load())
        {
            entries[container.Id] = new ContainerEntry(container.MountPoints is null ? container with { MountPoints = MountSettler.WithoutVolumes(container.HostConfig) } : container);
            idsByName[container.Name] = container.Id;
        }
    }

    public ICollection<ContainerEntry> Entries => entries.Values;

    /// <exception cref="EngineException">NotFound: <c>No such container: x</c>.</exception>
    public ContainerEntry Get(string reference) =>
        Find(reference) ?? throw EngineException.NotFound($"No such container: {reference}");

    public ContainerEntry? Find(string reference)
    {
        if (entries.TryGetValue(reference, out var entry))
            return entry;
        var name = reference.StartsWith('/') ? reference[1..] : reference;
        if (idsByName.TryGetValue(name, out var id) && entries.TryGetValue(id, out entry))
            return entry;
        return FindByPrefix(reference);
    }

    private ContainerEntry? FindByPrefix(string prefix)
    {
        if (prefix.Length is 0 or >= 64 || !prefix.All(char.IsAsciiHexDigitLower))
            return null;
        ContainerEntry? found = null;
        foreach (var (id, entry) in entries)
        {
            if (!id.StartsWith(prefix, StringComparison.Ordinal))
                continue;
            if (found is not null)
                throw EngineException.Invalid($"Multiple IDs found with provided prefix: {prefix}");
            found = entry;
        }
        return found;
    }

    /// <summary>False when the name is taken.</summary>
    public bool TryReserveName(string name, string id) => idsByName.TryAdd(name, id);

    /// <exception cref="EngineException">409 in Docker's words.</exception>
    public void ReserveName(string name, string id)
    {
        while (!TryReserveName(name, id))
        {
            if (idsByName.TryGetValue(name, out var holder))
            {
                throw EngineException.Conflict(
                    $"Conflict. The container name \"/{name}\" is already in use by container \"{holder}\". You have to remove (or rename) that container to be able to reuse that name.");
            }
        }
    }

    public void ReleaseName(string name) => idsByName.TryRemove(name, out _);

    /// <summary>The name was reserved before.</summary>
    public async Task<ContainerEntry> AddAsync(Container container)
    {
        await table.SaveAsync(container);
        return entries[container.Id] = new ContainerEntry(container);
    }

    /// <summary>Durable first, then visible.</summary>
    public async Task SaveAsync(ContainerEntry entry, Container value)
    {
        await table.SaveAsync(value);
        entry.Value = value;
    }

    /// <summary>For what has happened already and cannot be refused: visible in any case. False: not durable, for the reason given.</summary>
    public async Task<(bool Saved, string Reason)> SaveOrKeepAsync(ContainerEntry entry, Container value)
    {
        try
        {
            await SaveAsync(entry, value);
            return (true, "");
        }
        catch (EngineException error)
        {
            entry.Value = value;
            return (false, error.Message);
        }
    }

    public async Task RemoveAsync(ContainerEntry entry)
    {
        await table.DeleteAsync(entry.Id);
        entry.Removed = true;
        entries.TryRemove(entry.Id, out _);
        ReleaseName(entry.Value.Name);
    }

    public IEnumerable<(string ContainerId, string ContainerName, bool Running)> UsersOf(string imageId) =>
        from entry in entries.Values
        let container = entry.Value
        where container.ImageId == imageId
        select (container.Id, container.Name, container.State.IsRunning);
}
