using Dashboard.Engine.Images.Archives;
using Dashboard.Engine.Images.Content;
using Dashboard.Engine.Images.Snapshots;

namespace Dashboard.Engine.Images;

/// <summary>What the image service is made of, for those who bring images from elsewhere and take them there.</summary>
internal sealed record ImageParts(ContentStore Content, LayerStore Layers, ImageStore Store, ImageCommitter Committer, SemaphoreSlim Gate, long ReserveBytes)
{
    public UnpackPool NewPool(CancellationToken cancellationToken) => new(Layers, ReserveBytes, cancellationToken);
}
