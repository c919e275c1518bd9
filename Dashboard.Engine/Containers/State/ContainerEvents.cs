using System.Globalization;
using Dashboard.Engine.Events;

namespace Dashboard.Engine.Containers.State;

/// <summary>Events of containers with Docker's attributes: the labels, <c>image</c> as typed, <c>name</c>, and what the action adds.</summary>
internal sealed class ContainerEvents(IEvents events)
{
    public ValueTask PublishAsync(Container container, string action, params ReadOnlySpan<(string Key, string Value)> extra)
    {
        var attributes = new Dictionary<string, string>();
        foreach (var (key, value) in container.Config.Labels ?? new Dictionary<string, string>())
            attributes[key] = value;
        foreach (var (key, value) in extra)
            attributes[key] = value;
        attributes["image"] = container.Config.Image;
        attributes["name"] = container.Name;
        return events.PublishAsync("container", action, container.Id, attributes);
    }

    public ValueTask PublishPrunedAsync(long reclaimed) =>
        events.PublishAsync("container", "prune", "", new Dictionary<string, string> { ["reclaimed"] = reclaimed.ToString(CultureInfo.InvariantCulture) });

    /// <summary><c>connect</c> and <c>disconnect</c> of a network.</summary>
    public ValueTask PublishNetworkAsync(Container container, string action, string networkId, string networkName, string driver) =>
        events.PublishAsync("network", action, networkId, new Dictionary<string, string>
        {
            ["container"] = container.Id,
            ["name"] = networkName,
            ["type"] = driver,
        });
}
