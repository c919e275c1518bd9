using System.Globalization;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Events;

namespace Dashboard.Engine.Volumes;

/// <summary>The front of the volume room.</summary>
internal sealed class VolumeService(VolumeStore store, VolumeDirectories directories, IEvents events) : IVolumeService
{
    public IReadOnlyList<Volume> List() => [.. store.Entries.Select(entry => entry.Value).OrderBy(volume => volume.Name, StringComparer.Ordinal)];

    public Volume Get(string name) => store.Get(name).Value;

    // Nothing is cancelled once it has begun: a request that is given up leaves no half-made volume.
    public async Task<Volume> CreateAsync(VolumeRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return (await store.AcquireAsync(request, user: null)).Entry.Value;
    }

    public async Task RemoveAsync(string name, bool force, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (store.Find(name) is { } entry)
            await store.RemoveAsync(entry);
        else if (!force)
            throw EngineException.NotFound($"get {name}: no such volume");
    }

    public async Task<(IReadOnlyList<string> Deleted, long Reclaimed)> PruneAsync(Func<Volume, bool> filter, CancellationToken cancellationToken)
    {
        var deleted = new List<string>();
        long reclaimed = 0;
        foreach (var entry in store.Entries.OrderBy(entry => entry.Value.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Docker's rule: what was made with options is somebody's on purpose.
            if (entry.Value.Options is { Count: > 0 } || store.UsersOf(entry).Count > 0 || !filter(entry.Value))
                continue;
            var size = await SizeAsync(entry.Value, cancellationToken);
            try
            {
                await store.RemoveAsync(entry);
            }
            catch (EngineException error) when (error.Kind is ErrorKind.Conflict)
            {
                // Somebody has taken it meanwhile.
                continue;
            }
            deleted.Add(entry.Value.Name);
            reclaimed += Math.Max(0, size);
        }
        await events.PublishAsync("volume", "prune", "", new Dictionary<string, string> { ["reclaimed"] = reclaimed.ToString(CultureInfo.InvariantCulture) });
        return (deleted, reclaimed);
    }

    public IReadOnlyList<string> UsersOf(string name) => store.Find(name) is { } entry ? store.UsersOf(entry) : [];

    public async Task<VolumeUsage> UsageAsync(string name, CancellationToken cancellationToken)
    {
        var entry = store.Get(name);
        return new VolumeUsage(await SizeAsync(entry.Value, cancellationToken), store.UsersOf(entry).Count);
    }

    private Task<long> SizeAsync(Volume volume, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            try
            {
                return directories.SizeOf(volume.Name, cancellationToken);
            }
            catch (IOException)
            {
                // Removed meanwhile, or a server that does not answer: Docker's word for unknown.
                return -1;
            }
        },
        cancellationToken);
}
