using System.Net;
using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Images;

namespace Dashboard.Tests.Clients;

/// <summary>A user's test class on Testcontainers 4, run by <see cref="TestcontainersTests"/>. It finds the engine as anyone's does: by DOCKER_HOST.</summary>
public sealed class TestcontainersCases
{
    private const string Busybox = "busybox:latest";
    private const string Idle = "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ContainerBuilder Product => new ContainerBuilder(ClientImages.Product).WithImagePullPolicy(PullPolicy.Missing);

    private static ContainerBuilder Shell(string script) => new ContainerBuilder(Busybox).WithImagePullPolicy(PullPolicy.Never).WithEntrypoint("sh", "-c").WithCommand(script);

    [ChildFact]
    public async Task WaitForLogMessage_ThenMappedPort_Serves()
    {
        await using var container = Product.WithPortBinding(8080, true).WithEnvironment("GREETING", "welcome").WithCommand("some", "words")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("serving some words")).Build();
        await container.StartAsync(Token);

        Assert.Equal(TestcontainersStates.Running, container.State);
        Assert.NotEqual(8080, container.GetMappedPublicPort(8080));
        using var http = new HttpClient();
        Assert.StartsWith("welcome from ", await http.GetStringAsync($"http://{container.Hostname}:{container.GetMappedPublicPort(8080)}/", Token));
        var (stdout, stderr) = await container.GetLogsAsync(ct: Token);
        Assert.Contains("serving some words", stdout);
        Assert.Equal("", stderr);
        Assert.StartsWith("/", container.Name);
        Assert.NotEmpty(container.IpAddress);
        await container.StopAsync(Token);
        Assert.Equal(TestcontainersStates.Exited, container.State);
        Assert.Equal(0, await container.GetExitCodeAsync(Token));
    }

    [ChildFact]
    public async Task WaitForHttp_Port_AndHealth_AreMet()
    {
        await using var container = Product.WithPortBinding(8080, true)
            .WithWaitStrategy(Wait.ForUnixContainer()
                .UntilHttpRequestIsSucceeded(request => request.ForPort(8080).ForPath("/").ForStatusCode(HttpStatusCode.OK))
                .UntilExternalTcpPortIsAvailable(8080)
                .UntilInternalTcpPortIsAvailable(8080)
                .UntilContainerIsHealthy()).Build();
        await container.StartAsync(Token);

        Assert.Equal(TestcontainersHealthStatus.Healthy, container.Health);
        Assert.Single(container.GetMappedPublicPorts());
    }

    [ChildFact]
    public async Task WaitForCommand_ThenExec_GivesOutputAndCode()
    {
        await using var container = Shell($"sleep 1; touch /ready; {Idle}").WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted("test", "-f", "/ready")).Build();
        await container.StartAsync(Token);

        for (var i = 0; i < 10; i++)
        {
            var result = await container.ExecAsync(["sh", "-c", $"echo out {i}; echo err >&2; exit {i}"], Token);
            Assert.Equal(($"out {i}\n", "err\n", (long)i), (result.Stdout, result.Stderr, result.ExitCode));
        }
    }

    [ChildFact]
    public async Task Files_MappedCopiedAndRead_KeepBytesAndModes()
    {
        var directory = Directory.CreateTempSubdirectory("dashboard-testcontainers-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "one.txt"), "one", Token);
            Directory.CreateDirectory(Path.Combine(directory.FullName, "below"));
            await File.WriteAllTextAsync(Path.Combine(directory.FullName, "below", "two.txt"), "two", Token);
            await using var container = Shell("cat /etc/made; " + Idle)
                .WithResourceMapping(Encoding.UTF8.GetBytes("made before the start\n"), "/etc/made", 1000, 1000, UnixFileModes.UserRead | UnixFileModes.UserWrite)
                .WithResourceMapping(directory, "/mapped")
                .WithBindMount(directory.FullName, "/bound", AccessMode.ReadOnly)
                .WithTmpfsMount("/fast")
                .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("made before the start")).Build();
            await container.StartAsync(Token);

            Assert.Equal("600 1000\n", (await container.ExecAsync(["stat", "-c", "%a %u", "/etc/made"], Token)).Stdout);
            Assert.Equal("onetwo", (await container.ExecAsync(["sh", "-c", "cat /mapped/one.txt /mapped/below/two.txt"], Token)).Stdout);
            Assert.Equal("one", (await container.ExecAsync(["cat", "/bound/one.txt"], Token)).Stdout);
            Assert.NotEqual(0, (await container.ExecAsync(["touch", "/bound/x"], Token)).ExitCode);
            var bytes = new byte[300_000];
            new Random(7).NextBytes(bytes);
            await container.CopyAsync(bytes, "/tmp/bytes", ct: Token);
            Assert.Equal(bytes, await container.ReadFileAsync("/tmp/bytes", Token));
            await Assert.ThrowsAnyAsync<Exception>(() => container.ReadFileAsync("/not/there", Token));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [ChildFact]
    public async Task Network_Aliases_AreNamesForTheOthers()
    {
        await using var network = new NetworkBuilder().WithName("tc-" + Guid.NewGuid().ToString("N")[..8]).Build();
        await using var server = Product.WithNetwork(network).WithNetworkAliases("server", "shop").WithWaitStrategy(Wait.ForUnixContainer().UntilInternalTcpPortIsAvailable(8080)).Build();
        await using var client = Shell(Idle).WithNetwork(network).WithExtraHost("elsewhere", "192.0.2.1").DependsOn(server).Build();
        await client.StartAsync(Token);

        foreach (var name in (string[])["server", "shop"])
            Assert.StartsWith("hello from ", (await client.ExecAsync(["wget", "-q", "-O", "-", $"http://{name}:8080/"], Token)).Stdout);
        Assert.Contains("192.0.2.1", (await client.ExecAsync(["cat", "/etc/hosts"], Token)).Stdout);
    }

    [ChildFact]
    public async Task Volume_OfTwoContainers_KeepsWhatTheFirstWrote()
    {
        await using var volume = new VolumeBuilder().WithName("tc-" + Guid.NewGuid().ToString("N")[..8]).Build();
        await volume.CreateAsync(Token);
        await using (var writer = Shell("echo kept > /d/f; " + Idle).WithVolumeMount(volume, "/d").WithWaitStrategy(Wait.ForUnixContainer().UntilFileExists("/d/f", FileSystem.Container)).Build())
            await writer.StartAsync(Token);
        await using var reader = Shell(Idle).WithVolumeMount(volume, "/d", AccessMode.ReadOnly).Build();
        await reader.StartAsync(Token);

        Assert.Equal("kept\n", (await reader.ExecAsync(["cat", "/d/f"], Token)).Stdout);
    }

    [ChildFact]
    public async Task OutputConsumer_GetsBothStreamsAsTheyCome()
    {
        using var consumer = Consume.RedirectStdoutAndStderrToStream(new MemoryStream(), new MemoryStream());
        await using var container = Shell($"echo begun; echo wrong >&2; sleep 1; echo later; {Idle}").WithOutputConsumer(consumer).WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("later")).Build();
        await container.StartAsync(Token);
        await container.StopAsync(Token);

        Assert.Equal("begun\nlater\n", await ReadAsync(consumer.Stdout));
        Assert.Equal("wrong\n", await ReadAsync(consumer.Stderr));
    }

    [ChildFact]
    public async Task Five_StartedTogether_AllServe()
    {
        var containers = Enumerable.Range(1, 5).Select(number => Product.WithPortBinding(8080, true).WithEnvironment("GREETING", "number " + number)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPort(8080))).Build()).ToList();
        try
        {
            await Task.WhenAll(containers.Select(container => container.StartAsync(Token)));

            using var http = new HttpClient();
            var answers = await Task.WhenAll(containers.Select(container => http.GetStringAsync($"http://{container.Hostname}:{container.GetMappedPublicPort(8080)}/", Token)));
            Assert.Equal([1, 2, 3, 4, 5], answers.Select(answer => answer["number ".Length] - '0'));
            Assert.Equal(5, containers.Select(container => container.GetMappedPublicPort(8080)).Distinct().Count());
            await Task.WhenAll(containers.Select(container => container.StopAsync(Token)));
        }
        finally
        {
            foreach (var container in containers) await container.DisposeAsync();
        }
    }

    [ChildFact]
    public async Task PauseConnectAndRestart_OfARunningOne_Work()
    {
        await using var network = new NetworkBuilder().WithName("tc-" + Guid.NewGuid().ToString("N")[..8]).Build();
        await network.CreateAsync(Token);
        await using var container = Shell(Idle).WithHostname("named").WithMacAddress("02:42:ac:11:00:77").WithWorkingDirectory("/tmp").WithCreateParameterModifier(asked => asked.HostConfig!.Memory = 64 << 20).Build();
        await container.StartAsync(Token);
        await container.PauseAsync(Token);
        Assert.Equal(TestcontainersStates.Paused, container.State);
        await container.UnpauseAsync(Token);
        await container.ConnectAsync(network, Token);

        Assert.Equal("named /tmp 2\n", (await container.ExecAsync(["sh", "-c", "echo $(hostname) $(pwd) $(ls -d /sys/class/net/eth* | wc -l)"], Token)).Stdout);
        await container.StopAsync(Token);
        await container.StartAsync(Token);
        Assert.Equal(TestcontainersStates.Running, container.State);
    }

    [ChildFact]
    public async Task ImageThatIsNotThere_WithoutPulling_Fails()
    {
        await using var container = new ContainerBuilder("no-such/image:1").WithImagePullPolicy(PullPolicy.Never).Build();

        var failed = await Assert.ThrowsAnyAsync<Exception>(() => container.StartAsync(Token));

        Assert.Contains("no-such/image:1", failed.ToString());
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        stream.Position = 0;
        using var reader = new StreamReader(stream, leaveOpen: true);
        return await reader.ReadToEndAsync(Token);
    }
}
