namespace Dashboard.Engine.Containers.Mounts;

internal static class ContainerPath
{
    /// <summary>By text only: what lies behind it is the image's affair, inside its own root.</summary>
    public static string Clean(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part is "..")
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            else if (part is not ".")
                parts.Add(part);
        }
        return "/" + string.Join('/', parts);
    }
}
