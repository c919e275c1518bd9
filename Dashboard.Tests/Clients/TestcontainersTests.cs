using Dashboard.Tests.Cli;

namespace Dashboard.Tests.Clients;

/// <summary>
/// Testcontainers 4 in a process of its own, as a user's test run is one: its settings are static, and the ports that it
/// connects to are in the engine's network. It brings the same Docker.DotNet.Enhanced as the product has. It speaks API 1.44,
/// which Debian's dockerd does not.
/// </summary>
[Collection(typeof(ClientsDashboardHost))]
public sealed class TestcontainersTests(ClientsDashboardFixture fixture) : CliTest(fixture)
{
    [Fact]
    public async Task Cases_OfAUsersTestProject_Pass()
    {
        var passed = await ChildRun.PassAsync(Host, typeof(TestcontainersCases));

        Assert.Equal(10, passed.Count);
        // Disposing is all that cleans up without the reaper, and it has.
        Assert.Equal("", await Docker.OkAsync("ps", "-aq"));
        Assert.Equal("", await Docker.OkAsync("volume", "ls", "-q"));
        Assert.Equal("", await Docker.OkAsync("network", "ls", "-q", "-f", "type=custom"));
    }
}
