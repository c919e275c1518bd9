using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Pack;
using Dashboard.Engine.Images.Unpack;
using Dashboard.Linux;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Containers.Files;

/// <summary><c>docker cp</c>, both ways.</summary>
internal sealed class ContainerFiles(ContainerRoots roots, ContainerEvents events, ISnapshotter snapshotter, IImageService images) : IContainerFiles
{
    public Task<PathStat> StatAsync(string reference, string path, CancellationToken cancellationToken)
    {
        var asked = ArchivePath.Parse(path);
        return roots.UseAsync(reference, bare: false, (_, root, _) => Finding(reference, path, () =>
        {
            var tree = new ContainerTree(root);
            using var node = tree.Open(asked);
            return tree.Describe(asked, node);
        }), cancellationToken);
    }

    public Task ReadAsync(string reference, string path, Func<PathStat, CancellationToken, Stream> begin, CancellationToken cancellationToken)
    {
        var asked = ArchivePath.Parse(path);
        return roots.UseAsync(reference, bare: false, (container, root, token) =>
        {
            var tree = new ContainerTree(root);
            using var node = Finding(reference, path, () => tree.Open(asked));
            // Before the tar, as in Docker: whoever has all of it finds the event told.
            events.PublishAsync(container, "archive-path").AsTask().GetAwaiter().GetResult();
            using var tar = new TarStreamWriter(begin(tree.Describe(asked, node), token));
            new TreePacker(tar, layer: null, token).Pack(node, asked.Name);
            tar.Finish();
            return true;
        }, cancellationToken);
    }

    public async Task WriteAsync(string reference, string path, FileWrite options, Stream tar, CancellationToken cancellationToken)
    {
        var asked = ArchivePath.Parse(path);
        var container = await roots.UseAsync(reference, bare: false, (container, root, token) =>
        {
            Finding(reference, path, () =>
            {
                new ContainerTree(root).CheckWritable(asked, container.HostConfig.ReadonlyRootfs);
                return true;
            });
            var rules = new EntryRules { Base = asked.Clean, KeepKinds = options.KeepKinds, Owner = options.ToContainerUser ? OwnerOf(container) : null };
            Unpack(root, rules, new BlockingStream(tar, token), token);
            return container;
        }, cancellationToken);
        await events.PublishAsync(container, "extract-to-dir");
    }

    public Task<IReadOnlyList<PathChange>> ChangesAsync(string reference, CancellationToken cancellationToken) =>
        roots.UseLayersAsync(reference, LayerDiff.Read, cancellationToken);

    public Task ExportAsync(string reference, Func<CancellationToken, Stream> begin, CancellationToken cancellationToken) =>
        roots.UseAsync(reference, bare: true, (container, root, token) =>
        {
            events.PublishAsync(container, "export").AsTask().GetAwaiter().GetResult();
            using var tar = new TarStreamWriter(begin(token));
            new TreePacker(tar, layer: null, token).PackContents(root);
            tar.Finish();
            return true;
        }, cancellationToken);

    private static void Unpack(SafeFileHandle root, EntryRules rules, Stream tar, CancellationToken cancellationToken)
    {
        using var directory = new LayerDirectory(root);
        var writer = new EntryWriter(directory, new DiskReserve(root, 0), rules);
        try
        {
            using var plain = Decompression.OpenDetected(tar).Plain;
            using var reader = new TarReader(plain);
            while (reader.Next() is { } entry)
            {
                cancellationToken.ThrowIfCancellationRequested();
                writer.Write(entry, reader);
            }
            // The sender is not done before its last byte is taken.
            reader.Drain();
        }
        catch (Exception error) when ((error as TarException ?? Decompression.Explain(error)) is { } explained)
        {
            throw new EngineException(ErrorKind.System, explained.Message, error);
        }
        catch (OverflowException error)
        {
            throw new EngineException(ErrorKind.System, "invalid archive: sizes add up to more than a file system holds", error);
        }
        writer.Finish();
    }

    private (uint, uint)? OwnerOf(Container container)
    {
        if (container.Config.User is "")
            return null;
        var overlay = snapshotter.Get(container.Id, images.Get(container.ImageId));
        var users = new UserDatabase(
            snapshotter.ReadFile(overlay, "/etc/passwd", UserDatabase.MaxFileBytes),
            snapshotter.ReadFile(overlay, "/etc/group", UserDatabase.MaxFileBytes));
        var ids = users.Resolve(container.Config.User, null).Ids;
        return (ids.Uid, ids.Gid);
    }

    private static T Finding<T>(string reference, string path, Func<T> find)
    {
        try
        {
            return find();
        }
        catch (SyscallException error) when (error.Errno == Errno.ENOENT)
        {
            throw EngineException.NotFound($"Could not find the file {path} in container {reference}");
        }
    }
}
