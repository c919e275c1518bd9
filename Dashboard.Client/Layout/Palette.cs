using Dashboard.Client.Connections;
using Dashboard.Client.Resources;
using Microsoft.Extensions.Localization;

namespace Dashboard.Client.Layout;

/// <summary>Everything that one can go to, and what of it a few typed letters mean.</summary>
public static class Palette
{
    /// <summary>More than fit on a screen are of no use: another letter finds the one.</summary>
    public const int Most = 9;

    public static IEnumerable<PaletteEntry> Places(DockerConnection? connection, IStringLocalizer<Text> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var page = text["Page"].Value;
        yield return new PaletteEntry(text["Containers"], page, "containers", "containers");
        yield return new PaletteEntry(text["Images"], page, "images", "images");
        yield return new PaletteEntry(text["Run a container"], page, "play", "run");
        yield return new PaletteEntry(text["Settings"], page, "settings", "settings");
        if (connection is null)
            yield break;
        foreach (var container in connection.Containers.Items)
            yield return new PaletteEntry(container.Name, text["Container"], "containers", $"containers/{container.ShortId}");
        foreach (var image in connection.Images.Items)
        {
            foreach (var name in image.Tags.DefaultIfEmpty(image.ShortId))
                yield return new PaletteEntry(name, text["Image"], "images", $"images/{image.ShortId}");
        }
    }

    /// <summary>Places with each word of the query in their name or kind; those that begin with the query come first.</summary>
    public static IReadOnlyList<PaletteEntry> Find(IEnumerable<PaletteEntry> places, string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return [.. places
            .Where(place => words.All(word => Contains(place.Name, word) || Contains(place.Kind, word)))
            .OrderBy(place => words.Length > 0 && place.Name.StartsWith(query.Trim(), StringComparison.OrdinalIgnoreCase) ? 0 : 1)
            .Take(Most)];
    }

    private static bool Contains(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
