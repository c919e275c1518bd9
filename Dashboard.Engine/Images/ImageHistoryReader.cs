using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Images;

/// <summary><c>docker history</c>: newest first; only the newest entry has an id, as images have no parents here.</summary>
internal static class ImageHistoryReader
{
    public static IReadOnlyList<HistoryEntry> Read(StoredImage image)
    {
        var entries = new List<HistoryEntry>();
        var layer = 0;
        foreach (var step in image.Image.Config.History)
        {
            long size = 0;
            if (step.EmptyLayer != true)
            {
                if (layer == image.Record.Layers.Count)
                    throw new EngineException(ErrorKind.System, "too many non-empty layers in History section");
                size = image.Record.Layers[layer++].Size;
            }
            entries.Insert(0, new HistoryEntry("<missing>", step.Created ?? default, step.CreatedBy ?? "", [], size, step.Comment ?? ""));
        }
        if (entries.Count > 0)
            entries[0] = entries[0] with { Id = image.Id, Tags = image.Image.RepoTags };
        return entries;
    }
}
