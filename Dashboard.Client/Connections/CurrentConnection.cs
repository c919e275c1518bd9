using Dashboard.Client.Preferences;

namespace Dashboard.Client.Connections;

/// <summary>The endpoint that this tab works with: the one that its user chose, while it is there, else the first.</summary>
public sealed class CurrentConnection(DockerConnections connections, UserPreferences preferences)
{
    /// <summary>Null when there is no engine; <see cref="WhyNone"/> says why and what to do.</summary>
    public DockerConnection? Connection => connections.Find(preferences.Current.Endpoint) ?? connections.Find();

    public IReadOnlyList<DockerEndpoint> Endpoints => connections.Endpoints;

    public string? WhyNone => connections.WhyNone;
}
