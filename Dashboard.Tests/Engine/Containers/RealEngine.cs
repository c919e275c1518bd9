using System.Text;
using Dashboard.Engine;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Events;
using Dashboard.Engine.Images;
using Dashboard.Engine.Tasks;
using Dashboard.Engine.Volumes;
using Dashboard.Tests.Shared;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dashboard.Tests.Engine.Containers;

/// <summary>A whole engine with the real runtime, on roots of its own, with busybox loaded. Can be restarted on the same roots.</summary>
internal sealed class RealEngine : IAsyncDisposable
{
    private ServiceProvider services = null!;
    private ContainerEngine engine = null!;

    private RealEngine(bool stopContainersOnExit)
    {
        Root = TestPlaces.NewWorkDirectory("core");
        Options = new EngineOptions { DataRoot = Path.Combine(Root, "data"), RunRoot = Path.Combine(Root, "run"), RuntimeBinary = TestPlaces.RuntimeBinary, StopContainersOnExit = stopContainersOnExit };
    }

    public string Root { get; }
    public EngineOptions Options { get; }
    public IContainerService Containers => services.GetRequiredService<IContainerService>();
    public IEvents Events => services.GetRequiredService<IEvents>();
    public IVolumeService Volumes => services.GetRequiredService<IVolumeService>();
    public IImageService Images => services.GetRequiredService<IImageService>();
    public CollectedLog Log { get; } = new();

    public static async Task<RealEngine> StartAsync(bool stopContainersOnExit = false)
    {
        var engine = new RealEngine(stopContainersOnExit);
        await engine.BootAsync();
        await engine.Images.LoadAsync(new MemoryStream(TestImages.BusyboxImage.ToDockerArchive()), null, CancellationToken.None);
        return engine;
    }

    /// <summary>A new engine on the same roots; containers are not asked.</summary>
    public async Task RestartAsync()
    {
        await ShutAsync();
        await BootAsync();
    }

    public async Task ShutAsync()
    {
        await engine.StopAsync(CancellationToken.None);
        await services.DisposeAsync();
    }

    public async Task BootAsync()
    {
        services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log))
            .AddContainerEngine(Options)
            .BuildServiceProvider();
        engine = services.GetRequiredService<ContainerEngine>();
        await engine.StartAsync(CancellationToken.None);
    }

    public Task<string> CreateAsync(params string[] command) => CreateAsync(host => host, config => config, command);

    public async Task<string> CreateAsync(Func<HostConfig, HostConfig> host, Func<ContainerConfig, ContainerConfig> config, params string[] command)
    {
        var created = await Containers.CreateAsync(
            new CreateContainer
            {
                Config = config(new ContainerConfig { Image = TestImages.Busybox, Cmd = command }),
                HostConfig = host(new HostConfig { NetworkMode = "none" }),
            },
            CancellationToken.None);
        return created.Id;
    }

    /// <summary>Create, attach, wait, start, as the docker CLI does it.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(Func<HostConfig, HostConfig> host, Func<ContainerConfig, ContainerConfig> config, params string[] command)
    {
        var id = await CreateAsync(host, config, command);
        await using var streams = await Containers.AttachAsync(id, false, true, true, CancellationToken.None);
        var autoRemove = Containers.Get(id).HostConfig.AutoRemove;
        var wait = await Containers.WaitAsync(id, autoRemove ? WaitCondition.Removed : WaitCondition.NextExit, CancellationToken.None);
        await Containers.StartAsync(id, CancellationToken.None);
        var output = await ReadAllAsync(streams);
        var (code, _) = await wait.Result.WaitAsync(TimeSpan.FromSeconds(30));
        if (!autoRemove)
            await Containers.RemoveAsync(id, force: false, removeVolumes: false, CancellationToken.None);
        return (code, output);
    }

    public Task<(int ExitCode, string Output)> RunAsync(params string[] command) => RunAsync(host => host with { AutoRemove = true }, config => config, command);

    public static async Task<string> ReadAllAsync(TaskStreams streams)
    {
        var text = new MemoryStream();
        var buffer = new byte[4096];
        while (await streams.ReadAsync(buffer, CancellationToken.None) is { Count: > 0 } piece)
            text.Write(buffer, 0, piece.Count);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var container in Containers.List())
            await Containers.RemoveAsync(container.Id, force: true, removeVolumes: true, CancellationToken.None);
        await ShutAsync();
        await HostCleanup.RemoveAsync(Options);
        Directory.Delete(Root, recursive: true);
    }
}
