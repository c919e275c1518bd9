using Dashboard.Tests.Shared;

namespace Dashboard.Tests.Clients;

/// <summary>docker-compose 1.29 on one of the projects below <c>Clients/compose</c>, with the docker client of its time beside it.</summary>
internal sealed record ComposeCli
{
    private static readonly string s_projects = Path.Combine(TestPlaces.Repository, "Dashboard.Tests", "Clients", "compose");
    private static readonly string s_configuration = Directory.CreateDirectory(Path.Combine(TestPlaces.Cache, "docker-config")).FullName;

    public required IReadOnlyList<string> Program { get; init; }

    /// <summary>Also what the files interpolate.</summary>
    public required IReadOnlyDictionary<string, string?> Environment { get; init; }

    /// <param name="project">The directory's name: Compose makes it the project's name too.</param>
    public static async Task<ComposeCli> ForAsync(IDockerHost host, string project)
    {
        var tree = await DebianPackages.ComposeAsync();
        var docker = Path.GetDirectoryName(await DebianPackages.OldDockerClientAsync());
        return new ComposeCli
        {
            // -S keeps the machine's own Python packages away.
            Program = ["/usr/bin/python3", "-S", Path.Combine(tree, "usr/bin/docker-compose"), "--ansi", "never", "--project-directory", Path.Combine(s_projects, project), "-f", Path.Combine(s_projects, project, "docker-compose.yml")],
            Environment = new Dictionary<string, string?>
            {
                ["DOCKER_HOST"] = "unix://" + host.SocketPath,
                ["DOCKER_CONFIG"] = s_configuration,
                ["DOCKER_CONTEXT"] = null,
                ["PATH"] = $"{docker}:/usr/bin:/bin",
                ["PYTHONPATH"] = Path.Combine(tree, "usr/lib/python3/dist-packages"),
                ["PYTHONDONTWRITEBYTECODE"] = "1",
                ["LD_LIBRARY_PATH"] = $"{tree}/usr/lib/x86_64-linux-gnu:{tree}/usr/lib/aarch64-linux-gnu",
                ["COMPOSE_PROJECT_NAME"] = project,
            },
        };
    }

    /// <summary>The same with another value of a variable.</summary>
    public ComposeCli With(string name, string value) => this with { Environment = new Dictionary<string, string?>(Environment) { [name] = value } };

    /// <summary>The same project with one more file over it, or another instead.</summary>
    public ComposeCli WithFile(string project, string file) => this with { Program = [.. Program, "-f", Path.Combine(s_projects, project, file)] };

    public ComposeCli InsteadOfTheFile(string project, string file) => this with { Program = [.. Program.SkipLast(1), Path.Combine(s_projects, project, file)] };

    public Command Of(params string[] arguments) => new([.. Program, .. arguments]) { Environment = Environment, Limit = TimeSpan.FromMinutes(2) };

    public Task<CommandResult> RunAsync(params string[] arguments) => Of(arguments).RunAsync();

    public async Task<string> OkAsync(params string[] arguments) => (await RunAsync(arguments)).MustSucceed().Text;

    public Task<CommandResult> WithStdinAsync(ReadOnlyMemory<byte> stdin, params string[] arguments) => (Of(arguments) with { Stdin = stdin }).RunAsync();

    public RunningCommand Start(params string[] arguments) => Of(arguments).Start();
}
