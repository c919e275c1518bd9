using System.Text.Json;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Images;

namespace Dashboard.Engine.Api.Views;

/// <summary>Images in the shapes of list and inspect.</summary>
internal static class ImageView
{
    private static readonly ApiVersion s_noneTagsGone = new(1, 43);
    private static readonly ApiVersion s_virtualSizeGone = new(1, 44);
    private static readonly ApiVersion s_madeOfGone = new(1, 45);
    private static readonly ApiVersion s_containerConfigGone = new(1, 50);

    public static ImageSummary Summary(Image image, IReadOnlyList<string> tags, ApiVersion version)
    {
        var anonymous = version < s_noneTagsGone && image.RepoTags.Count == 0 && image.RepoDigests.Count == 0;
        return new ImageSummary
        {
            Containers = -1,
            Created = image.Created.ToUnixTimeSeconds(),
            Id = image.Id,
            Labels = image.Config.Config.Labels,
            RepoDigests = anonymous ? ["<none>@<none>"] : image.RepoDigests,
            RepoTags = anonymous ? ["<none>:<none>"] : tags,
            SharedSize = -1,
            Size = image.Size,
            VirtualSize = version < s_virtualSizeGone ? image.Size : null,
        };
    }

    /// <param name="compose">docker-compose 1 asks, which takes the newest version that it is offered and then misses <c>ContainerConfig</c>.</param>
    public static ImageDetails Details(Image image, ApiVersion version, bool compose) => new()
    {
        Id = image.Id,
        RepoTags = image.RepoTags,
        RepoDigests = image.RepoDigests,
        Comment = image.Config.Comment ?? (image.Config.History is [.., var last] ? last.Comment : null) ?? "",
        Created = GoTime.Format(image.Created),
        Container = version < s_madeOfGone ? image.Config.Container ?? "" : null,
        ContainerConfig = version < s_madeOfGone || compose ? MadeOf(image, compose) : null,
        DockerVersion = image.Config.DockerVersion ?? "",
        Author = image.Config.Author ?? "",
        Config = version < s_containerConfigGone ? ApiJson.Element(ContainerConfig(image)) : ApiJson.Element(Config(image)),
        Architecture = image.Config.Architecture,
        Variant = image.Config.Variant,
        Os = image.Config.Os,
        Size = image.Size,
        VirtualSize = version < s_virtualSizeGone ? image.Size : null,
        GraphDriver = new GraphDriver(null, ContainerView.Driver),
        RootFS = new RootFs("layers", image.DiffIds),
        Metadata = new ImageMetadata(GoTime.Zero),
    };

    // Compose reads from it which anonymous volumes a recreated container takes over: from an empty one it would lose them.
    private static JsonElement MadeOf(Image image, bool compose) =>
        image.Config.ContainerConfig is { ValueKind: JsonValueKind.Object } written ? written : ApiJson.Element(compose ? ContainerConfig(image) : new ContainerConfig());

    private static ImageConfig Config(Image image)
    {
        var config = image.Config.Config;
        return new ImageConfig
        {
            User = config.User,
            ExposedPorts = config.ExposedPorts,
            Env = config.Env,
            Entrypoint = config.Entrypoint,
            Cmd = config.Cmd,
            Volumes = config.Volumes,
            WorkingDir = config.WorkingDir,
            Labels = config.Labels,
            StopSignal = config.StopSignal,
            OnBuild = config.OnBuild,
            Healthcheck = config.Healthcheck,
            Shell = config.Shell,
        };
    }

    private static ContainerConfig ContainerConfig(Image image)
    {
        var config = image.Config.Config;
        return new ContainerConfig
        {
            User = config.User ?? "",
            ExposedPorts = config.ExposedPorts,
            Env = config.Env,
            Entrypoint = config.Entrypoint,
            Cmd = config.Cmd,
            Volumes = config.Volumes,
            WorkingDir = config.WorkingDir ?? "",
            Labels = config.Labels,
            StopSignal = config.StopSignal,
            OnBuild = config.OnBuild,
            Healthcheck = HealthConfig.OfImage(config.Healthcheck),
            Shell = config.Shell,
        };
    }
}
