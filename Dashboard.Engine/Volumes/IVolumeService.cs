namespace Dashboard.Engine.Volumes;

/// <summary>Volumes by name, with who uses them. Errors are <see cref="Errors.EngineException"/> in Docker's words.</summary>
public interface IVolumeService
{
    /// <summary>In order of name.</summary>
    IReadOnlyList<Volume> List();

    /// <exception cref="Errors.EngineException">NotFound: <c>get x: no such volume</c>.</exception>
    Volume Get(string name);

    /// <summary>Idempotent by name.</summary>
    /// <exception cref="Errors.EngineException">A wrong name or option, or a driver that is not there.</exception>
    Task<Volume> CreateAsync(VolumeRequest request, CancellationToken cancellationToken);

    /// <param name="force">A volume that is not there is no error. One in use is refused all the same.</param>
    Task RemoveAsync(string name, bool force, CancellationToken cancellationToken);

    /// <summary>Removes those that no container has and the filter lets pass.</summary>
    /// <returns>Names, and bytes that are free again.</returns>
    Task<(IReadOnlyList<string> Deleted, long Reclaimed)> PruneAsync(Func<Volume, bool> filter, CancellationToken cancellationToken);

    /// <summary>Ids of the containers that have it, whatever their state; sorted.</summary>
    IReadOnlyList<string> UsersOf(string name);

    /// <summary>Read from the disk now: it grows with the volume's number of files.</summary>
    /// <exception cref="Errors.EngineException">NotFound.</exception>
    Task<VolumeUsage> UsageAsync(string name, CancellationToken cancellationToken);
}

/// <param name="Size">Bytes of all files, each inode once; -1 when it cannot be read.</param>
/// <param name="RefCount">Containers that have it.</param>
public sealed record VolumeUsage(long Size, int RefCount);
