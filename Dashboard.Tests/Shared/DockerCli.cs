namespace Dashboard.Tests.Shared;

/// <summary>The real docker client, pointed at one host, with a configuration directory of its own.</summary>
internal sealed class DockerCli(string program, string socketPath, IReadOnlyList<string> prefix)
{
    private static readonly string s_configuration = Directory.CreateDirectory(Path.Combine(TestPlaces.Cache, "docker-config")).FullName;

    private readonly Dictionary<string, string?> _environment = new()
    {
        ["DOCKER_HOST"] = "unix://" + socketPath,
        ["DOCKER_CONFIG"] = s_configuration,
        ["DOCKER_CONTEXT"] = null,
        ["DOCKER_API_VERSION"] = null,
        ["DOCKER_BUILDKIT"] = "0",
        ["DOCKER_CLI_HINTS"] = "false",
    };

    public Command Of(params string[] arguments) => new([.. prefix, program, .. arguments]) { Environment = _environment };

    public Task<CommandResult> RunAsync(params string[] arguments) => Of(arguments).RunAsync();

    /// <summary>Runs it, insists on exit code 0 and gives what it printed without the last line break.</summary>
    public async Task<string> OkAsync(params string[] arguments) => (await RunAsync(arguments)).MustSucceed().Text;

    public Task<CommandResult> WithStdinAsync(ReadOnlyMemory<byte> stdin, params string[] arguments) =>
        (Of(arguments) with { Stdin = stdin, Limit = TimeSpan.FromMinutes(3) }).RunAsync();

    public RunningCommand Start(params string[] arguments) => Of(arguments).Start();

    public PtySession OnTerminal(int rows, int columns, params string[] arguments) => new(Of(arguments), rows, columns);

    public PtySession OnTerminal(params string[] arguments) => new(Of(arguments));
}
