using Dashboard.Engine.Events;

namespace Dashboard.Engine.Api.Filtering;

/// <summary>Which events GET /events sends (moby, daemon/events/filter.go).</summary>
internal sealed class EventFilters
{
    /// <summary>Kinds whose filter also takes a name or the beginning of an id.</summary>
    private static readonly string[] s_nouns = ["container", "plugin", "volume", "network", "node", "service", "secret", "config", "daemon"];

    /// <summary>Their action goes on after a colon: <c>exec_create: sh</c>.</summary>
    private static readonly string[] s_openEnded = ["health_status", "exec_create", "exec_start"];

    private readonly Filters _filters;

    public EventFilters(string? json) => _filters = Filters.Parse(json);

    public bool Include(EngineEvent e) =>
        MatchesAction(e)
        && _filters.Exact("type", e.Type)
        && _filters.Exact("scope", "local")
        && Array.TrueForAll(s_nouns, noun => MatchesNoun(noun, e))
        && MatchesImage(e)
        && _filters.HasLabels("label", e.Attributes);

    private bool MatchesAction(EngineEvent e) => _filters.Values("event").Intersect(s_openEnded).Any()
        ? _filters.Prefix("event", e.Action)
        : _filters.Exact("event", e.Action);

    private bool MatchesNoun(string noun, EngineEvent e) =>
        !_filters.Contains(noun)
        || _filters.Prefix(noun, e.ActorId)
        || (e.Type == noun && e.Attributes.TryGetValue("name", out var name) && _filters.Prefix(noun, name));

    private bool MatchesImage(EngineEvent e)
    {
        if (!_filters.Contains("image")) return true;
        var name = e.Attributes.GetValueOrDefault(e.Type == "image" ? "name" : "image", "");
        return _filters.Exact("image", e.ActorId) || _filters.Exact("image", name)
            || _filters.Exact("image", WithoutTag(e.ActorId)) || _filters.Exact("image", WithoutTag(name));
    }

    private static string WithoutTag(string reference)
    {
        var colon = reference.LastIndexOf(':');
        return colon > reference.LastIndexOf('/') ? reference[..colon] : reference;
    }
}
