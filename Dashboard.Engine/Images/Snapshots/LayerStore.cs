using System.Text;
using Dashboard.Engine.Images.Content;
using Dashboard.Linux;
using Dashboard.Oci;
using Microsoft.Win32.SafeHandles;

namespace Dashboard.Engine.Images.Snapshots;

/// <summary>
/// Unpacked layers as overlayfs directories: <c>snapshots/HEX</c> by chain id, drafts in <c>snapshots/tmp</c>, and
/// <c>snapshots/trash</c> for what goes. A layer appears complete, by one rename, and disappears by one. Its owner serialises
/// <see cref="Commit"/> and <see cref="Discard"/>.
/// </summary>
internal sealed class LayerStore
{
    private readonly string root;
    private readonly string drafts;

    public LayerStore(string root)
    {
        this.root = root;
        drafts = Path.Combine(root, "tmp");
        Trash = Path.Combine(root, "trash");
        Empty = Path.Combine(root, "empty");
        foreach (var path in (string[])[root, drafts, Trash])
            PathHandles.CreatePrivate(path);
        Directory.CreateDirectory(Empty);
    }

    /// <summary>For trees on their way out; on the same file system as all layers.</summary>
    public string Trash { get; }

    /// <summary>What a container stands on whose image has no layer: overlayfs wants one.</summary>
    public string Empty { get; }

    public string PathOf(string chainId) => Path.Combine(root, Digest.Parse(chainId).Hex);

    /// <summary>Lower directories of an image, topmost first.</summary>
    public IReadOnlyList<string> LowerDirs(IReadOnlyList<string> diffIds)
    {
        if (diffIds.Count == 0)
            return [Empty];
        var paths = new string[diffIds.Count];
        string? chain = null;
        for (var i = 0; i < diffIds.Count; i++)
            paths[^(i + 1)] = PathOf(chain = Digest.ChainId(chain, diffIds[i]));
        return paths;
    }

    public LayerDraft BeginLayer()
    {
        var draft = new LayerDraft(Path.Combine(drafts, Guid.NewGuid().ToString("N"))) { OnDispose = RemoveDraft };
        try
        {
            Directory.CreateDirectory(draft.Directory);
            Directory.CreateDirectory(draft.Trash);
            return draft;
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    /// <summary>Gives a draft its place over the layers below (topmost first), and its implicit directories their looks from there.</summary>
    public void Commit(LayerDraft draft, IReadOnlyCollection<string> implicitDirectories, string chainId, IReadOnlyList<string> below)
    {
        if (below.Count > 0)
        {
            using var layer = PathHandles.OpenDirectory(draft.Directory);
            foreach (var path in implicitDirectories)
                Inherit(layer, path, below);
        }
        Directory.Move(draft.Directory, PathOf(chainId));
    }

    /// <summary>
    /// A layer's tar may have <c>a/b/c</c> without <c>a/b/</c>. Merged, the directory made for it would hide the owner and mode of the one
    /// below (the well-known loss of /tmp's sticky bit), so it takes them over.
    /// </summary>
    private static void Inherit(SafeFileHandle layer, string path, IReadOnlyList<string> below)
    {
        var name = Encoding.Latin1.GetBytes((path.Length == 0 ? "." : path) + "\0");
        var resolve = At.RESOLVE_BENEATH | At.RESOLVE_NO_SYMLINKS | At.RESOLVE_NO_XDEV;
        var fd = At.openat2(layer.Fd(), name, At.O_RDONLY | At.O_DIRECTORY | At.O_CLOEXEC, 0, resolve);
        if (fd < 0)
            return;
        using var directory = new SafeFileHandle(fd, ownsHandle: true);
        if (Overlay.IsOpaque(directory))
            return;
        using var source = MergedTree.OpenDirectory(below, path);
        if (source is not null)
            DirectoryAttributes.Copy(source.Top, directory, Unpack.EntryPath.Show(path));
    }

    /// <summary>Takes a layer away in one step; <see cref="EmptyTrash"/> frees its space.</summary>
    public void Discard(string chainId) => MoveToTrash(PathOf(chainId));

    public void MoveToTrash(string path)
    {
        if (Directory.Exists(path))
            Directory.Move(path, Path.Combine(Trash, Guid.NewGuid().ToString("N")));
    }

    public int EmptyTrash() => TreeRemover.Empty(Trash);

    /// <summary>Removes drafts, trash and layers that nobody knows; to be called before any layer begins.</summary>
    public (int Drafts, int Layers) RemoveLeftovers(IReadOnlySet<string> knownChainIds)
    {
        var known = knownChainIds.Select(PathOf).ToHashSet(StringComparer.Ordinal);
        var orphans = Directory.GetDirectories(root).Where(path => Digest.IsIdentifier(Path.GetFileName(path)) && !known.Contains(path)).ToList();
        var leftovers = Directory.GetDirectories(drafts);
        foreach (var path in orphans.Concat(leftovers))
            MoveToTrash(path);
        EmptyTrash();
        return (leftovers.Length, orphans.Count);
    }

    private void RemoveDraft(LayerDraft draft)
    {
        using var parent = PathHandles.OpenDirectory(drafts);
        TreeRemover.Remove(parent, Encoding.ASCII.GetBytes(Path.GetFileName(draft.Root)), Trash);
    }
}
