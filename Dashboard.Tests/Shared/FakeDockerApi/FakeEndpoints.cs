using Dashboard.Client.Connections;

namespace Dashboard.Tests.Shared.FakeDocker;

/// <summary>A fake engine as the only endpoint.</summary>
internal sealed class FakeEndpoints(FakeDockerApi api) : IDockerEndpoints
{
    public string? WhyNone => null;

    public IReadOnlyList<DockerEndpoint> List() => [new DockerEndpoint("fake", "Fake engine", api.Address)];
}
