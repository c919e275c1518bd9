using Dashboard.Tests.Cli;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Dashboard.Tests.Clients;

/// <summary>What the suites on Docker.DotNet.Enhanced share: a client as a test project makes one.</summary>
public abstract class DotNetContract(HostFixture fixture) : CliTest(fixture)
{
    private protected const string Busybox = "busybox:latest";

    private protected static readonly string[] Idle = ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"];

    private protected DockerClient Client { get; } = new DockerClientBuilder().WithEndpoint(new Uri("unix://" + fixture.Host.SocketPath)).WithTimeout(Timeout.InfiniteTimeSpan).Build();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<string> CreateAsync(string name, IList<string> command, Action<CreateContainerParameters>? more = null)
    {
        var parameters = new CreateContainerParameters { Name = name, Image = Busybox, Cmd = command, HostConfig = new HostConfig() };
        more?.Invoke(parameters);
        return (await Client.Containers.CreateContainerAsync(parameters, Token)).ID;
    }

    private protected async Task<string> StartAsync(string name, IList<string> command, Action<CreateContainerParameters>? more = null)
    {
        var id = await CreateAsync(name, command, more);
        Assert.True(await Client.Containers.StartContainerAsync(id, new ContainerStartParameters(), Token));
        return id;
    }

    private protected static IDictionary<string, IDictionary<string, bool>> Filter(string key, params string[] values) =>
        new Dictionary<string, IDictionary<string, bool>> { [key] = values.ToDictionary(value => value, _ => true) };

    /// <summary>A command in the container, to its end.</summary>
    private protected async Task<(string Stdout, string Stderr, long? ExitCode)> ExecAsync(string container, params string[] command)
    {
        var exec = await Client.Exec.CreateContainerExecAsync(container, new ContainerExecCreateParameters { Cmd = command, AttachStdout = true, AttachStderr = true }, Token);
        using var stream = await Client.Exec.StartContainerExecAsync(exec.ID, new ContainerExecStartParameters(), Token);
        var (stdout, stderr) = await stream.ReadOutputToEndAsync(Token);
        return (stdout, stderr, (await Client.Exec.InspectContainerExecAsync(exec.ID, Token)).ExitCode);
    }
}
