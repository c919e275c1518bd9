namespace Dashboard.Client.Connections;

/// <summary>A Docker Engine API that the UI can work with, bundled or foreign.</summary>
/// <param name="Id">Short and stable; stands in URLs.</param>
/// <param name="Address">unix:///path, tcp://host:port or http://host:port.</param>
public sealed record DockerEndpoint(string Id, string Name, Uri Address);
