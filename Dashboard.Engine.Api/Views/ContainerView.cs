using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Info;

namespace Dashboard.Engine.Api.Views;

/// <summary>The engine's containers in the shapes of list and inspect.</summary>
internal sealed class ContainerView(NetworkView networks, IImageService images, IContainerService containers, ISystemService system, TimeProvider clock)
{
    /// <summary>Docker's name for layers on overlayfs; clients choose by it.</summary>
    public const string Driver = "overlay2";

    public ContainerSummary Summary(Container container, ApiVersion version) => new()
    {
        Id = container.Id,
        Names = ["/" + container.Name],
        Image = ShownImage(container),
        ImageID = container.ImageId,
        Command = Command(container),
        Created = container.Created.ToUnixTimeSeconds(),
        Ports = PortSummaries.Of(container),
        Labels = container.Config.Labels ?? new Dictionary<string, string>(),
        State = StatusText.State(container.State),
        Status = StatusText.Of(container.State, clock.GetUtcNow()),
        HostConfig = new HostConfigSummary(container.HostConfig.NetworkMode, container.HostConfig.Annotations),
        NetworkSettings = new NetworksOnly(networks.Listed(container, version)),
        Mounts = MountPoints.Of(container),
    };

    public ContainerDetails Details(Container container, ApiVersion version) => new()
    {
        Id = container.Id,
        Created = GoTime.Format(container.Created),
        Path = container.Path,
        Args = container.Args,
        State = State(container.State),
        Image = container.ImageId,
        ResolvConfPath = NetworkFile(container, "resolv.conf"),
        HostnamePath = NetworkFile(container, "hostname"),
        HostsPath = NetworkFile(container, "hosts"),
        LogPath = WasStarted(container) && container.HostConfig.LogConfig.Type is "" or "json-file" ? DataPath(container, container.Id + "-json.log") : "",
        Name = "/" + container.Name,
        RestartCount = container.RestartCount,
        Driver = Driver,
        ExecIDs = containers.ExecsOf(container.Id) is { Count: > 0 } execs ? execs : null,
        HostConfig = Shown(container.HostConfig),
        GraphDriver = new GraphDriver(null, Driver),
        Mounts = MountPoints.Of(container),
        Config = container.Config,
        NetworkSettings = networks.Settings(container, version),
    };

    /// <summary>As it was asked for, unless that name means another image by now.</summary>
    private string ShownImage(Container container)
    {
        try
        {
            return images.Get(container.Config.Image).Id == container.ImageId ? container.Config.Image : container.ImageId;
        }
        catch (EngineException error) when (error.Kind is ErrorKind.NotFound or ErrorKind.InvalidParameter)
        {
            return container.ImageId;
        }
    }

    /// <summary>Path and arguments, those with a blank in quotes (moby, container/view.go).</summary>
    private static string Command(Container container) =>
        string.Join(' ', [container.Path, .. container.Args.Select(argument => argument.Contains(' ') ? $"'{argument}'" : argument)]);

    private static StateDetails State(ContainerState state) => new()
    {
        Status = StatusText.State(state),
        Running = state.IsRunning,
        Paused = state.Status == ContainerStatus.Paused,
        Restarting = state.Status == ContainerStatus.Restarting,
        OOMKilled = state.OomKilled,
        Dead = state.Status == ContainerStatus.Dead,
        Pid = state.Pid,
        ExitCode = state.ExitCode,
        Error = state.Error,
        StartedAt = GoTime.Format(state.StartedAt),
        FinishedAt = GoTime.Format(state.FinishedAt),
        Health = state.Health is { } health ? new HealthDetails(health.Status, health.FailingStreak, [.. health.Log.Select(Result)]) : null,
    };

    private static HealthResultDetails Result(HealthResult result) =>
        new(GoTime.Format(result.Start), GoTime.Format(result.End), result.ExitCode, result.Output);

    /// <summary>An array in Go, which has no null.</summary>
    private static HostConfig Shown(HostConfig config) => config with
    {
        ConsoleSize = config.ConsoleSize is { Count: 2 } size ? size : [0, 0],
        LogConfig = config.LogConfig with { Config = config.LogConfig.Config ?? new Dictionary<string, string>() },
    };

    private string DataPath(Container container, string file) => DataPath(container.Id, file);

    /// <summary>Until then its files do not exist, and Docker shows no paths.</summary>
    private static bool WasStarted(Container container) => container.State.StartedAt is not null || container.State.ExitCode != 0;

    // A container in another's network sees the other's files.
    private string NetworkFile(Container container, string file) => WasStarted(container) ? DataPath(NetworkView.SharedWith(container) ?? container.Id, file) : "";

    private string DataPath(string id, string file) => Path.Combine(system.Facts.DataRoot, "containers", id, file);
}
