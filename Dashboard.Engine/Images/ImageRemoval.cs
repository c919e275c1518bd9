using Dashboard.Engine.Errors;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Oci;

namespace Dashboard.Engine.Images;

/// <summary>
/// <c>docker rmi</c> by Docker's rules (moby, daemon/images/image_delete.go): a name is taken away when others remain; the last one,
/// or an id, takes the image with it, unless a container needs it. Its owner holds the lock.
/// </summary>
internal sealed class ImageRemoval(ContentStore content, LayerStore layers, ImageStore store, Func<IImageUsers> users)
{
    public StoredImage Resolve(string referenceOrId)
    {
        var image = store.Index.Resolve(referenceOrId);
        return image.Record.Removed ? throw EngineException.NotFound($"No such image: {referenceOrId}") : image;
    }

    public async Task<IReadOnlyList<RemovedImage>> RemoveAsync(StoredImage image, string referenceOrId, bool force)
    {
        var inUse = users().UsersOf(image.Id).ToList();
        var gone = new List<Reference>();
        var byName = !IsIdPrefix(image.Id, referenceOrId);
        if (byName)
        {
            var name = NameToRemove(image, referenceOrId);
            if (!force && IsSingle(image.References) && inUse.Count > 0)
                throw EngineException.Conflict($"conflict: unable to remove repository reference \"{referenceOrId}\" (must force) - container {Short(inUse[0].ContainerId)} is using its referenced image {Short(image.Id)}");
            gone.Add(name);
            var rest = image.References.Where(reference => reference != name).ToList();
            // Digests without a tag beside them name nothing that anybody typed.
            if (name.Digest is null && !rest.Any(reference => reference.Digest is null && reference.Name == name.Name))
                gone.AddRange(rest.Where(reference => reference.Name == name.Name));
            if (gone.Count < image.References.Count || (inUse.Count > 0 && inUse.Any(user => user.Running || !force)))
                return await UntagAsync(gone);
        }
        else
        {
            RefuseById(image, inUse, force);
            gone.AddRange(image.References);
        }
        return await DeleteAsync(image, gone, inUse.Count > 0);
    }

    /// <summary>Removes images that were deleted by force and that no container needs any more.</summary>
    public async Task CollectAsync()
    {
        var ended = store.Index.All.Where(image => image.Record.Removed && !users().UsersOf(image.Id).Any()).Select(image => image.Id).ToList();
        if (ended.Count == 0)
            return;
        var before = store.Index;
        await store.WriteAsync([], ended, new Dictionary<string, string?>());
        DiscardUnused(before);
    }

    /// <summary>Blobs that no image names: what is left when a process dies between its files and its rows.</summary>
    public int DeleteUnusedBlobs()
    {
        var used = store.Index.All.SelectMany(BlobsOf).ToHashSet(StringComparer.Ordinal);
        var unused = content.List().Where(digest => !used.Contains(digest.ToString())).ToList();
        foreach (var digest in unused)
            content.Delete(digest);
        return unused.Count;
    }

    private async Task<IReadOnlyList<RemovedImage>> UntagAsync(IReadOnlyList<Reference> gone)
    {
        await store.WriteAsync([], [], Without(gone));
        return [.. gone.Select(Untagged)];
    }

    private async Task<IReadOnlyList<RemovedImage>> DeleteAsync(StoredImage image, IReadOnlyList<Reference> gone, bool held)
    {
        var before = store.Index;
        var removed = gone.Select(Untagged).Append(new RemovedImage(null, image.Id)).ToList();
        if (held)
        {
            await store.WriteAsync([image with { Record = image.Record with { Removed = true } }], [], Without(gone));
            return removed;
        }
        await store.WriteAsync([], [image.Id], Without(gone));
        removed.AddRange(DiscardUnused(before).Select(chain => new RemovedImage(null, chain)));
        return removed;
    }

    /// <summary>Rows go first and files after them: a crash in between leaves files that the next start removes.</summary>
    private List<string> DiscardUnused(ImageIndex before)
    {
        var after = store.Index;
        var chains = before.All.SelectMany(image => image.Record.Layers.Reverse()).Select(layer => layer.ChainId)
            .Where(chain => after.Layer(chain) is null).Distinct().ToList();
        foreach (var chain in chains)
            layers.Discard(chain);
        foreach (var blob in before.All.SelectMany(BlobsOf).Distinct().Where(blob => !after.HasBlob(blob)))
            content.Delete(Digest.Parse(blob));
        return chains;
    }

    internal static IEnumerable<string> BlobsOf(StoredImage image)
    {
        yield return image.Id;
        if (image.Record.Manifest is { } manifest)
            yield return manifest;
        foreach (var layer in image.Record.Layers)
            yield return layer.Blob;
    }

    private static void RefuseById(StoredImage image, List<(string ContainerId, string ContainerName, bool Running)> inUse, bool force)
    {
        if (inUse.FirstOrDefault(user => user.Running) is { ContainerId: { } running })
            throw Conflict(image, "cannot be forced", $"image is being used by running container {Short(running)}");
        if (force)
            return;
        if (!IsSingle(image.References))
            throw Conflict(image, "must be forced", "image is referenced in multiple repositories");
        if (inUse.Count > 0)
            throw Conflict(image, "must be forced", $"image is being used by stopped container {Short(inUse[0].ContainerId)}");
    }

    private static EngineException Conflict(StoredImage image, string how, string why) =>
        EngineException.Conflict($"conflict: unable to delete {Short(image.Id)} ({how}) - {why}");

    private static Reference NameToRemove(StoredImage image, string text)
    {
        var name = Reference.Parse(text).WithDefaultTag();
        return image.References.Contains(name) ? name : throw EngineException.NotFound($"No such image: {name.Familiar}");
    }

    private static bool IsIdPrefix(string id, string text) =>
        id.StartsWith(text, StringComparison.Ordinal) || id.AsSpan("sha256:".Length).StartsWith(text, StringComparison.Ordinal);

    /// <summary>One tag, with no digests but of its own repository; or digests of one repository only.</summary>
    private static bool IsSingle(IReadOnlyList<Reference> references)
    {
        if (references.Count <= 1)
            return true;
        return references.Count(reference => reference.Digest is null) <= 1 && references.Select(reference => reference.Name).Distinct().Count() == 1;
    }

    private static Dictionary<string, string?> Without(IReadOnlyList<Reference> references) =>
        references.ToDictionary(reference => reference.ToString(), _ => (string?)null, StringComparer.Ordinal);

    private static RemovedImage Untagged(Reference reference) => new(reference.Familiar, null);

    private static string Short(string id)
    {
        var hex = id[(id.IndexOf(':') + 1)..];
        return hex.Length > 12 ? hex[..12] : hex;
    }
}
