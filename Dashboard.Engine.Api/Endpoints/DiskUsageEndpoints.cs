using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Volumes;

namespace Dashboard.Engine.Api.Endpoints;

/// <summary><c>docker system df</c>. There is no build cache apart from the images.</summary>
internal sealed class DiskUsageEndpoints(IContainerService containers, IImageService images, IVolumeService volumes, ContainerView view) : IEndpoints
{
    private static readonly string[] s_types = ["container", "image", "volume", "build-cache"];
    private static readonly ApiVersion s_typesNamed = new(1, 42);

    public IEnumerable<Route> Routes => [new("GET", "/system/df", RouteState.Built, ReadAsync)];

    private async Task ReadAsync(ApiRequest request)
    {
        var asked = request.Version < s_typesNamed ? [] : request.QueryAll("type");
        if (asked.FirstOrDefault(type => !s_types.Contains(type)) is { } unknown)
            throw EngineException.Invalid($"unknown object type: {unknown}");
        bool Wanted(string type) => asked.Count == 0 || asked.Contains(type);
        await request.WriteAsync(new DiskUsage
        {
            LayersSize = Wanted("image") ? images.LayersSize : 0,
            Images = Wanted("image") ? [.. images.Usage().Select(usage => ImageView.Summary(usage.Image, usage.Image.RepoTags, request.Version) with { SharedSize = usage.SharedSize, Containers = usage.Containers })] : null,
            Containers = Wanted("container") ? await ContainersAsync(request.Version, request.Aborted) : null,
            Volumes = Wanted("volume") ? await VolumesAsync(request.Aborted) : null,
            BuildCache = Wanted("build-cache") ? [] : null,
            BuilderSize = request.Version < s_typesNamed ? 0 : null,
        });
    }

    private async Task<List<ContainerSummary>> ContainersAsync(ApiVersion version, CancellationToken cancellationToken)
    {
        var summaries = new List<ContainerSummary>();
        foreach (var container in containers.List())
        {
            try
            {
                var (rw, rootFs) = await containers.SizeAsync(container.Id, cancellationToken);
                summaries.Add(view.Summary(container, version) with { SizeRw = rw, SizeRootFs = rootFs });
            }
            catch (Exception error) when (error is EngineException { Kind: ErrorKind.NotFound } or IOException)
            {
                // It was removed since the list was made.
            }
        }
        return summaries;
    }

    private async Task<List<VolumeDetails>> VolumesAsync(CancellationToken cancellationToken)
    {
        var details = new List<VolumeDetails>();
        foreach (var volume in volumes.List())
        {
            try
            {
                details.Add(VolumeView.Details(volume, await volumes.UsageAsync(volume.Name, cancellationToken)));
            }
            catch (EngineException error) when (error.Kind is ErrorKind.NotFound)
            {
                // It was removed since the list was made.
            }
        }
        return details;
    }
}
