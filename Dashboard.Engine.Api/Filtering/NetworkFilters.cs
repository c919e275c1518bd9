using Dashboard.Engine.Errors;
using Dashboard.Engine.Networking;

namespace Dashboard.Engine.Api.Filtering;

/// <summary>Which networks GET /networks shows and POST /networks/prune removes (moby, daemon/network/filter.go).</summary>
internal sealed class NetworkFilters(INetworkService networks, TimeProvider clock)
{
    private static readonly string[] s_listed = ["dangling", "driver", "id", "label", "name", "scope", "type"];
    private static readonly string[] s_pruned = ["label", "label!", "until"];

    public IEnumerable<Network> Apply(string? json)
    {
        var filters = Filters.Parse(json, s_listed);
        if (filters.Values("type").FirstOrDefault(type => type is not ("custom" or "builtin")) is { } unknown)
            throw EngineException.Invalid($"invalid filter: 'type'='{unknown}'");
        var dangling = filters.Boolean("dangling");
        return networks.Networks.Where(network =>
            filters.Prefix("id", network.Id)
            && filters.Matches("name", network.Name)
            && filters.Exact("driver", network.Driver)
            && filters.Exact("scope", "local")
            && filters.Exact("type", network.IsPredefined ? "builtin" : "custom")
            && filters.HasLabels("label", network.Labels)
            && (dangling is null || dangling == (!network.IsPredefined && !networks.IsInUse(network))));
    }

    public Func<Network, bool> Prune(string? json)
    {
        var filters = Filters.Parse(json, s_pruned);
        var until = filters.Values("until").Select(value => Timestamps.Parse(value, clock)).DefaultIfEmpty(long.MaxValue).Min();
        return network => filters.HasLabels("label", network.Labels)
            && (!filters.Contains("label!") || filters.LacksLabels("label!", network.Labels))
            && (network.Created - DateTimeOffset.UnixEpoch).Ticks * 100 < until;
    }
}
