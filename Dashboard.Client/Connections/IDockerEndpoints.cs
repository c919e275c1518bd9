namespace Dashboard.Client.Connections;

/// <summary>The endpoints that exist. The composition root knows them; the UI asks each time, for they may come and go.</summary>
public interface IDockerEndpoints
{
    /// <summary>The bundled engine first, if it runs. Empty when there is none; <see cref="WhyNone"/> then says why and what to do.</summary>
    IReadOnlyList<DockerEndpoint> List();

    string? WhyNone { get; }
}
