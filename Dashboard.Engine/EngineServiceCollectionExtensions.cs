using Dashboard.Engine.Containers;
using Dashboard.Engine.Containers.Commit;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.Exec;
using Dashboard.Engine.Containers.Files;
using Dashboard.Engine.Containers.Health;
using Dashboard.Engine.Containers.Lifecycle;
using Dashboard.Engine.Containers.Links;
using Dashboard.Engine.Containers.Mounts;
using Dashboard.Engine.Containers.Spec;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Events;
using Dashboard.Engine.Images;
using Dashboard.Engine.Images.Registry;
using Dashboard.Engine.Images.Snapshots;
using Dashboard.Engine.Info;
using Dashboard.Engine.Logs;
using Dashboard.Engine.Metadata;
using Dashboard.Engine.Networking;
using Dashboard.Engine.Stats;
using Dashboard.Engine.Tasks;
using Dashboard.Engine.Volumes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Dashboard.Engine;

/// <summary>The composition of one engine.</summary>
public static class EngineServiceCollectionExtensions
{
    /// <summary>
    /// Registers the engine and its seams (<see cref="IContainerService"/>, <see cref="IImageService"/>, <see cref="IEvents"/>
    /// and the others), and starts it as a hosted service. A seam that is registered already is left as it is.
    /// </summary>
    public static IServiceCollection AddContainerEngine(this IServiceCollection services, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<InstanceLock>();
        services.AddSingleton(provider =>
        {
            provider.GetRequiredService<InstanceLock>();
            return new EngineDatabase(Path.Combine(options.DataRoot, "engine.db"));
        });
        AddEvents(services);
        AddImages(services);
        AddVolumes(services);
        AddContainers(services);
        services.TryAddSingleton<ITaskService, TaskService>();
        services.TryAddSingleton<INetworkService, NetworkService>();
        services.TryAddSingleton<ILogReader, JsonFileLogReader>();
        services.TryAddSingleton<IStatsService, StatsService>();
        services.TryAddSingleton<ISystemService, SystemService>();
        services.AddSingleton<ContainerEngine>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ContainerEngine>());
        return services;
    }

    private static void AddEvents(IServiceCollection services)
    {
        services.AddSingleton(provider => new EventTable(provider.GetRequiredService<EngineDatabase>()));
        services.TryAddSingleton<IEvents, EventLog>();
    }

    private static void AddImages(IServiceCollection services)
    {
        services.TryAddSingleton<Func<IImageUsers>>(provider => provider.GetRequiredService<ContainerRegistry>);
        services.TryAddSingleton<ImageService>();
        services.TryAddSingleton<IImageService>(provider => provider.GetRequiredService<ImageService>());
        services.TryAddSingleton<IRegistryService, RegistryService>();
        services.TryAddSingleton<ISnapshotter, Snapshotter>();
    }

    private static void AddVolumes(IServiceCollection services)
    {
        services.AddSingleton<VolumeTable>();
        services.AddSingleton<VolumeDirectories>();
        services.AddSingleton<VolumeStore>();
        services.AddSingleton<VolumeMounter>();
        services.AddSingleton<VolumePopulator>();
        services.TryAddSingleton<IVolumeService, VolumeService>();
    }

    private static void AddContainers(IServiceCollection services)
    {
        services.AddSingleton<ContainerTable>();
        services.AddSingleton<ContainerRegistry>();
        services.AddSingleton<ContainerEvents>();
        services.AddSingleton<ContainerNetworking>();
        services.AddSingleton<ContainerConnections>();
        services.AddSingleton<MountSettler>();
        services.AddSingleton<ContainerMounts>();
        services.AddSingleton<ContainerLinks>();
        services.AddSingleton<ContainerCreator>();
        services.AddSingleton<ContainerStarter>();
        services.AddSingleton<ContainerStopper>();
        services.AddSingleton<ContainerFreezer>();
        services.AddSingleton<ContainerUpdater>();
        services.AddSingleton<ContainerRemover>();
        services.AddSingleton<UnsavedEnds>();
        services.AddSingleton<ContainerSupervisor>();
        services.AddSingleton<ContainerShutdown>();
        services.AddSingleton<ContainerRecovery>();
        services.AddSingleton<OrphanSweeper>();
        services.AddSingleton<OciSpecBuilder>();
        services.AddSingleton<SystemFiles>();
        services.AddSingleton<NamespaceDonors>();
        services.AddSingleton<SharedMemory>();
        services.AddSingleton<ContainerRoots>();
        services.TryAddSingleton<IContainerFiles, ContainerFiles>();
        services.TryAddSingleton<IContainerCommit, ContainerCommitter>();
        services.AddSingleton<ExecRegistry>();
        services.AddSingleton<ExecService>();
        services.AddSingleton<ProbeRunner>();
        services.AddSingleton<HealthMonitors>();
        services.TryAddSingleton<IContainerService, ContainerService>();
    }
}
