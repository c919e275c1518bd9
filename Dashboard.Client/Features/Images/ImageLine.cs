using Dashboard.Client.Docker;

namespace Dashboard.Client.Features.Images;

/// <summary>A row of the images table: one name of an image, or an image without a name.</summary>
public sealed record ImageLine(ImageItem Image, string? Tag, EquatableList<ImageUser> Users)
{
    public string Name => Tag ?? Image.ShortId;

    /// <summary>What the engine removes when the row is: the name, or the image itself.</summary>
    public string Reference => Tag ?? Image.Id;

    public string Key => Tag ?? Image.Id;

    /// <summary>A line a name, in the order of the images; every name of an image has all its users.</summary>
    public static IReadOnlyList<ImageLine> Of(IEnumerable<ImageItem> images, IEnumerable<ContainerItem> containers)
    {
        var users = containers.ToLookup(container => container.ImageId, container => new ImageUser(container.Id, container.Name, container.IsRunning || container.Condition == ContainerCondition.Paused));
        return
        [
            .. from image in images
               let usedBy = new EquatableList<ImageUser>(users[image.Id].OrderBy(user => user.Name, StringComparer.Ordinal))
               from tag in image.IsDangling ? [null] : image.Tags.Cast<string?>()
               select new ImageLine(image, tag, usedBy),
        ];
    }
}
