namespace Dashboard.Client.Connections;

/// <summary>The endpoint that this tab works with.</summary>
public sealed class CurrentConnection(DockerConnections connections)
{
    /// <summary>Null when there is no engine; <see cref="WhyNone"/> says why and what to do.</summary>
    public DockerConnection? Connection => connections.Find();

    public string? WhyNone => connections.WhyNone;
}
