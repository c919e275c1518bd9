using Dashboard.Client.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Tests.Shared.FakeDocker;

/// <summary>The UI's connection to a fake engine.</summary>
internal static class TestConnection
{
    public static DockerConnection To(FakeDockerApi api, TimeProvider? clock = null) =>
        new(new DockerEndpoint("fake", "Fake engine", api.Address), NullLoggerFactory.Instance, clock ?? TimeProvider.System);
}
