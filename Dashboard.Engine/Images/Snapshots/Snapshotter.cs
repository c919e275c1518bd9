using System.Text;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Metadata;
using Dashboard.Engine.Tasks;
using Dashboard.Linux;
using Microsoft.Extensions.Logging;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>
/// Writable layers: <c>containers-rw/ID/upper</c> and <c>work</c> over the unpacked layers of an image. The directory appears
/// complete by one rename and goes the same way; <c>upper</c> is the diff of the container, nothing else is in it.
/// </summary>
internal sealed partial class Snapshotter : ISnapshotter
{
    private readonly LayerStore layers;
    private readonly string root;

    public Snapshotter(EngineOptions options, EngineDatabase database, ILogger<Snapshotter> logger)
    {
        Directory.CreateDirectory(options.DataRoot);
        RefuseOverlay(options.DataRoot);
        layers = new LayerStore(Path.Combine(options.DataRoot, "snapshots"));
        root = Path.Combine(options.DataRoot, "containers-rw");
        PathHandles.CreatePrivate(root);
        RemoveOrphans(database, logger);
    }

    public async Task<OverlayMount> PrepareAsync(string containerId, Image image, CancellationToken cancellationToken)
    {
        var mount = Get(containerId, image);
        await Task.Run(() => Prepare(containerId, mount), cancellationToken);
        return mount;
    }

    public OverlayMount Get(string containerId, Image image) => new()
    {
        LowerDirs = layers.LowerDirs(image.DiffIds),
        UpperDir = Path.Combine(root, containerId, "upper"),
        WorkDir = Path.Combine(root, containerId, "work"),
    };

    public Task RemoveAsync(string containerId, CancellationToken cancellationToken) =>
        Task.Run(() =>
        {
            using var parent = PathHandles.OpenDirectory(root);
            TreeRemover.Remove(parent, Encoding.UTF8.GetBytes(containerId), layers.Trash);
        }, cancellationToken);

    public Task<long> UsageAsync(string containerId, CancellationToken cancellationToken) =>
        Task.Run(() => DirectoryUsage.Of(Path.Combine(root, containerId, "upper"), cancellationToken), cancellationToken);

    public byte[]? ReadFile(OverlayMount mount, string path, int maxBytes)
    {
        try
        {
            return MergedTree.ReadFile([mount.UpperDir, .. mount.LowerDirs], path, maxBytes);
        }
        catch (IOException error)
        {
            throw new EngineException(ErrorKind.System, error.Message, error);
        }
    }

    /// <summary>The root of the mount shows the attributes of the upper directory, so they come from the image's own root.</summary>
    private void Prepare(string containerId, OverlayMount mount)
    {
        var final = Path.Combine(root, containerId);
        var draft = Path.Combine(root, "." + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(Path.Combine(draft, "work"));
            Directory.CreateDirectory(Path.Combine(draft, "upper"));
            using (var upper = PathHandles.OpenDirectory(Path.Combine(draft, "upper")))
            using (var lower = PathHandles.OpenDirectory(mount.LowerDirs[0]))
                DirectoryAttributes.Copy(lower, upper, "/");
            Directory.Move(draft, final);
        }
        catch (IOException error)
        {
            layers.MoveToTrash(draft);
            layers.EmptyTrash();
            throw new EngineException(ErrorKind.System, $"cannot make the writable layer of the container: {FullDisk.Explain(error)?.Message ?? error.Message}", error);
        }
    }

    private static void RefuseOverlay(string dataRoot)
    {
        using var directory = PathHandles.OpenDirectory(dataRoot);
        if (At.fstatfs(directory.Fd(), out var statfs) == 0 && statfs.Type == Statfs.OverlayMagic)
            throw new EngineException(ErrorKind.Unavailable,
                $"the data-root {dataRoot} is on overlayfs, and overlayfs does not stack on itself: put it on another file system with --data-root, or, inside a container, mount a volume there (docker run -v dashboard:{dataRoot} …)");
    }

    /// <summary>Directories whose container was never saved, or was deleted while the server died.</summary>
    private void RemoveOrphans(EngineDatabase database, ILogger logger)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        using (var connection = database.Open())
        using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT id FROM containers";
            using var reader = command.ExecuteReader();
            while (reader.Read())
                known.Add(reader.GetString(0));
        }
        var orphans = Directory.GetDirectories(root).Where(path => !known.Contains(Path.GetFileName(path))).ToList();
        foreach (var path in orphans)
            layers.MoveToTrash(path);
        layers.EmptyTrash();
        if (orphans.Count > 0)
            LogOrphans(logger, orphans.Count);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} writable layers of containers that do not exist")]
    private static partial void LogOrphans(ILogger logger, int count);
}
