using Dashboard.Tests.Cli;
using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>docker-py 5 as a script of a user's has it: the cases are the functions of <c>python/user.py</c>.</summary>
public abstract class PythonContract(HostFixture fixture) : CliTest(fixture)
{
    private static readonly string s_script = Path.Combine(TestPlaces.Repository, "Dashboard.Tests", "Clients", "python", "user.py");

    [Theory]
    [InlineData("run")]
    [InlineData("options")]
    [InlineData("lifecycle")]
    [InlineData("logs")]
    [InlineData("attach")]
    [InlineData("execute")]
    [InlineData("archives")]
    [InlineData("stats")]
    [InlineData("events")]
    [InlineData("networks")]
    [InlineData("volumes")]
    [InlineData("images")]
    [InlineData("system")]
    public async Task Script_Case_Passes(string name)
    {
        var tree = await DebianPackages.ComposeAsync();
        var script = new Command(["/usr/bin/python3", "-S", s_script, name])
        {
            Environment = new Dictionary<string, string?>
            {
                ["DOCKER_HOST"] = "unix://" + Host.SocketPath,
                ["PYTHONPATH"] = Path.Combine(tree, "usr/lib/python3/dist-packages"),
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            },
        };

        Assert.Equal("passed", (await script.RunAsync()).MustSucceed().Text);
    }
}
