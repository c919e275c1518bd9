using System.Text.Json;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>Runs one class of <see cref="ChildFactAttribute"/> tests in this assembly again, inside of an engine's network.</summary>
internal static class ChildRun
{
    private const string Mark = "DASHBOARD_TEST_CHILD";

    public static bool IsChild => Environment.GetEnvironmentVariable(Mark) is { Length: > 0 };

    /// <returns>The names of the tests that passed. Fails with the child's output when one did not.</returns>
    public static async Task<IReadOnlyList<string>> PassAsync(IDockerHost host, Type tests)
    {
        var results = Path.Combine(Path.GetTempPath(), $"dashboard-child-{Guid.NewGuid():N}.json");
        try
        {
            var child = new Command([.. host.Network.Inside, "dotnet", typeof(ChildRun).Assembly.Location, "-noColor", "-class", tests.FullName!, "-result-ctrf", results])
            {
                Environment = new Dictionary<string, string?>
                {
                    [Mark] = "1",
                    // What a user's pipeline sets.
                    ["DOCKER_HOST"] = "unix://" + host.SocketPath,
                    ["TESTCONTAINERS_RYUK_DISABLED"] = "true",
                    ["TESTCONTAINERS_HOST_OVERRIDE"] = "127.0.0.1",
                    ["DOCKER_CONFIG"] = Path.Combine(TestPlaces.Cache, "docker-config"),
                },
                Limit = TimeSpan.FromMinutes(3),
            };
            var output = (await child.RunAsync()).MustSucceed();
            using var document = JsonDocument.Parse(await File.ReadAllTextAsync(results, TestContext.Current.CancellationToken));
            var all = document.RootElement.GetProperty("results").GetProperty("tests").EnumerateArray().ToList();
            Assert.True(all.All(test => test.GetProperty("status").GetString() == "passed"), output.ToString());
            return [.. all.Select(test => test.GetProperty("name").GetString()!)];
        }
        finally
        {
            File.Delete(results);
        }
    }
}
