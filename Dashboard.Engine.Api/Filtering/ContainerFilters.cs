using System.Globalization;
using Dashboard.Engine.Api.Views;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Images;
using Dashboard.Engine.Networking;

namespace Dashboard.Engine.Api.Filtering;

/// <summary>Which containers GET /containers/json shows, newest first (moby, daemon/list.go).</summary>
internal sealed class ContainerFilters(IContainerService containers, IImageService images, INetworkService networks)
{
    private static readonly string[] s_accepted =
    [
        "ancestor", "before", "exited", "expose", "health", "id", "isolation", "is-task", "label", "name", "network", "publish", "since", "status", "volume",
    ];

    private static readonly string[] s_states = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];
    private static readonly string[] s_health = ["none", "starting", "healthy", "unhealthy"];

    public IEnumerable<Container> Apply(string? json, bool all, int limit)
    {
        var filters = Filters.Parse(json, s_accepted);
        Validate(filters);
        var exited = filters.Values("exited").Select(value => ParseCode(value)).ToList();
        var before = filters.Values("before").Select(containers.Get).ToList();
        var since = filters.Values("since").Select(containers.Get).ToList();
        var ancestors = Ancestors(filters);
        var publish = filters.Values("publish").Select(value => PortRange.Parse("publish", value)).ToList();
        var expose = filters.Values("expose").Select(value => PortRange.Parse("expose", value)).ToList();
        // Tasks are a swarm's.
        var tasks = filters.Boolean("is-task", missing: false) == true;
        var stoppedToo = all || limit > 0 || filters.Contains("status");

        var found = containers.List().OrderByDescending(container => container.Created)
            .Where(container => !tasks && (stoppedToo || container.State.IsRunning))
            .Where(container => before.TrueForAll(other => container.Created < other.Created))
            .Where(container => since.TrueForAll(other => container.Created > other.Created))
            .Where(container => exited.Count == 0 || HasExited(container, exited))
            .Where(container => ancestors is null || ancestors(container))
            .Where(container => publish.Count == 0 || PortSummaries.Of(container).Any(port => port.PublicPort != 0 && publish.Exists(range => range.Contains(port.PublicPort, port.Type))))
            .Where(container => expose.Count == 0 || ExposedPorts(container).Any(port => expose.Exists(range => range.Contains(port.Port, port.Protocol))))
            .Where(container => MatchesFields(filters, container));
        return limit > 0 ? found.Take(limit) : found;
    }

    private bool MatchesFields(Filters filters, Container container) =>
        filters.Prefix("id", container.Id)
        && (filters.Matches("name", container.Name) || filters.Matches("name", "/" + container.Name))
        && filters.HasLabels("label", container.Config.Labels)
        && filters.Exact("status", StatusText.State(container.State))
        && filters.Exact("health", container.State.Health?.Status ?? ContainerHealth.None)
        && MatchesVolume(filters, container)
        && MatchesNetwork(filters, container);

    private static void Validate(Filters filters)
    {
        if (filters.Values("status").FirstOrDefault(value => !s_states.Contains(value)) is { } status) throw Filters.Invalid("status", status);
        if (filters.Values("health").FirstOrDefault(value => !s_health.Contains(value)) is { } health) throw Filters.Invalid("health", health);
    }

    private static int ParseCode(string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code) ? code : throw Filters.Invalid("exited", value);

    private static bool HasExited(Container container, List<int> codes) =>
        !container.State.IsRunning && container.State.StartedAt is not null && codes.Contains(container.State.ExitCode);

    /// <summary>Containers of an image or of one that was built on it: its layers are the first of theirs.</summary>
    private Func<Container, bool>? Ancestors(Filters filters)
    {
        if (!filters.Contains("ancestor")) return null;
        var asked = filters.Values("ancestor").Select(Find).OfType<Image>().ToList();
        var layers = images.List().ToDictionary(image => image.Id, image => image.DiffIds);
        return container => asked.Exists(image => image.Id == container.ImageId || (layers.TryGetValue(container.ImageId, out var own) && IsBase(image.DiffIds, own)));
    }

    private Image? Find(string reference)
    {
        try
        {
            return images.Get(reference);
        }
        catch (EngineException e) when (e.Kind == ErrorKind.NotFound)
        {
            return null;
        }
    }

    private static bool IsBase(IReadOnlyList<string> below, IReadOnlyList<string> layers) => below.Count > 0 && below.Count <= layers.Count && below.SequenceEqual(layers.Take(below.Count));

    /// <summary>Of a container that runs: the others expose nothing.</summary>
    private static IEnumerable<(int Port, string Protocol)> ExposedPorts(Container container) => PortSummaries.Map(container).Keys.Select(PortSummaries.ParseKey);

    private static bool MatchesVolume(Filters filters, Container container) =>
        !filters.Contains("volume") || MountPoints.Of(container).Any(mount => filters.Values("volume").Any(value => value == mount.Destination || value == mount.Source || value == mount.Name));

    private bool MatchesNetwork(Filters filters, Container container)
    {
        if (!filters.Contains("network")) return true;
        return container.Networks.Keys.Any(name =>
        {
            var id = networks.Find(name)?.Id ?? "";
            return filters.Values("network").Any(value => value == name || (value.Length > 0 && id.StartsWith(value, StringComparison.Ordinal)));
        });
    }
}
