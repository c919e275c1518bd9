using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Images;

namespace Dashboard.Engine.Api.Filtering;

/// <summary>Which images GET /images/json shows, newest first.</summary>
internal sealed class ImageFilters(IImageService images)
{
    private static readonly string[] s_accepted = ["dangling", "label", "before", "since", "reference", "until"];

    /// <returns>Each image with the names that the reference filter leaves.</returns>
    public IEnumerable<(Image Image, IReadOnlyList<string> Tags)> Apply(string? json)
    {
        var filters = Filters.Parse(json, s_accepted);
        var dangling = filters.Boolean("dangling");
        var before = filters.Values("before").Select(images.Get).Select(image => image.Created).ToList();
        var since = filters.Values("since").Select(images.Get).Select(image => image.Created).ToList();
        var until = filters.Values("until").Select(value => GoTime.FromUnixNanoseconds(Timestamps.Parse(value, TimeProvider.System))).ToList();
        return images.List().OrderByDescending(image => image.Created)
            .Where(image => dangling is null || dangling == (image.RepoTags.Count == 0))
            .Where(image => before.TrueForAll(time => image.Created < time) && since.TrueForAll(time => image.Created > time) && until.TrueForAll(time => image.Created < time))
            .Where(image => filters.HasLabels("label", image.Config.Config.Labels))
            .Select(image => Named(filters, image))
            .Where(each => !filters.Contains("reference") || each.Tags.Count + each.Image.RepoDigests.Count > 0);
    }

    private static (Image Image, IReadOnlyList<string> Tags) Named(Filters filters, Image image) => filters.Contains("reference")
        ? (image with { RepoDigests = Matching(filters, image.RepoDigests, '@') }, Matching(filters, image.RepoTags, ':'))
        : (image, image.RepoTags);

    private static List<string> Matching(Filters filters, IReadOnlyList<string> names, char separator) =>
        [.. names.Where(name => filters.Values("reference").Any(pattern => Glob.IsMatch(pattern, name) || Glob.IsMatch(pattern, name.AsSpan(0, name.LastIndexOf(separator)))))];
}
