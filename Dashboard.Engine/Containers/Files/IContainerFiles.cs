namespace Dashboard.Engine.Containers.Files;

/// <summary>
/// The files of a container, running or not. A running one shows what its own processes see, mounts included; of one that
/// does not run, the root file system is put together for the call with its binds and volumes. Errors are <see cref="Errors.EngineException"/>
/// in Docker's words. Calls end with their token, with the removal of the container, and with the end of the run that they began in.
/// </summary>
public interface IContainerFiles
{
    /// <exception cref="Errors.EngineException">NotFound: <c>Could not find the file /x in container y</c>.</exception>
    Task<PathStat> StatAsync(string reference, string path, CancellationToken cancellationToken);

    /// <summary>Writes a tar of what is at the path, by Docker's rules for links and trailing slashes.</summary>
    /// <param name="begin">Called once the path is found, on a thread that may block; gives the stream for the tar, which is written synchronously and must not wait for its reader longer than the token lets it.</param>
    Task ReadAsync(string reference, string path, Func<PathStat, CancellationToken, Stream> begin, CancellationToken cancellationToken);

    /// <summary>Unpacks a tar (plain, gzip or zstd) into an existing directory.</summary>
    Task WriteAsync(string reference, string path, FileWrite options, Stream tar, CancellationToken cancellationToken);

    /// <summary>What differs from the image, in the order of paths.</summary>
    Task<IReadOnlyList<PathChange>> ChangesAsync(string reference, CancellationToken cancellationToken);

    /// <summary>A tar of the whole root file system, without what is mounted on it.</summary>
    /// <param name="begin">As in <see cref="ReadAsync"/>.</param>
    Task ExportAsync(string reference, Func<CancellationToken, Stream> begin, CancellationToken cancellationToken);
}

public sealed record FileWrite
{
    /// <summary>A directory is not replaced by something else, nor the other way round.</summary>
    public bool KeepKinds { get; init; }
    /// <summary>All belongs to the container's user, instead of the owners in the archive.</summary>
    public bool ToContainerUser { get; init; }
}
