using Docker.DotNet.Models;

namespace Dashboard.Client.Docker;

/// <summary>An image as the list shows it. Two items are equal when nothing that the list shows has changed.</summary>
public sealed record ImageItem
{
    private const string Algorithm = "sha256:";

    /// <summary>With its algorithm: sha256:….</summary>
    public required string Id { get; init; }
    /// <summary>Names with tag, as Docker shortens them; empty for a dangling image.</summary>
    public required EquatableList<string> Tags { get; init; }
    public required DateTimeOffset Created { get; init; }
    /// <summary>Bytes of the unpacked layers, those that other images share included.</summary>
    public required long Size { get; init; }

    public string ShortId => Short(Id);
    public bool IsDangling => Tags.Count == 0;

    /// <summary>How people call it: its first name, or its id.</summary>
    public string Name => Tags.Count > 0 ? Tags[0] : ShortId;

    /// <summary>The 12 hexadecimal digits that Docker shows.</summary>
    public static string Short(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        var digits = id.StartsWith(Algorithm, StringComparison.Ordinal) ? id[Algorithm.Length..] : id;
        return digits[..Math.Min(12, digits.Length)];
    }

    public static ImageItem From(ImagesListResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return new()
        {
            Id = response.ID,
            // Before API 1.43 an image without a name has this one.
            Tags = new((response.RepoTags ?? []).Where(tag => tag != "<none>:<none>").Order(StringComparer.Ordinal)),
            Created = new DateTimeOffset(DateTime.SpecifyKind(response.Created, DateTimeKind.Utc)),
            Size = response.Size,
        };
    }
}
