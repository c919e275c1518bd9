using Dashboard.Engine.Api.Endpoints;
using Dashboard.Engine.Api.Filtering;
using Dashboard.Engine.Api.Hosting;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Views;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Dashboard.Engine.Api;

public static class EngineApiExtensions
{
    /// <summary>
    /// Serves the Docker Engine API as a hosted service with a Kestrel of its own: its listeners know no other route and
    /// the web listeners know none of its. Register it after the engine, whose seams (IContainerService, IImageService,
    /// INetworkService, IStatsService, ISystemService, IEvents) it resolves when it starts. A host that cannot be listened
    /// on fails the start of the application with the reason and the way out.
    /// </summary>
    public static IServiceCollection AddEngineApi(this IServiceCollection services, EngineApiOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options);
        services.AddSingleton<NetworkView>();
        services.AddSingleton<ContainerView>();
        services.AddSingleton<ContainerFilters>();
        services.AddSingleton<ImageFilters>();
        services.AddSingleton<NetworkFilters>();
        services.AddSingleton<IEndpoints, ContainerEndpoints>();
        services.AddSingleton<IEndpoints, StreamEndpoints>();
        services.AddSingleton<IEndpoints, WebSocketEndpoints>();
        services.AddSingleton<IEndpoints, ExecEndpoints>();
        services.AddSingleton<IEndpoints, ArchiveEndpoints>();
        services.AddSingleton<IEndpoints, DiskUsageEndpoints>();
        services.AddSingleton<IEndpoints, ImageEndpoints>();
        services.AddSingleton<IEndpoints, RegistryEndpoints>();
        services.AddSingleton<IEndpoints, SystemEndpoints>();
        services.AddSingleton<IEndpoints, NetworkEndpoints>();
        services.AddSingleton<IEndpoints, VolumeEndpoints>();
        services.AddSingleton<IEndpoints, NoneEndpoints>();
        services.AddSingleton<IEndpoints, NotBuiltEndpoints>();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<ApiApplication>();
        services.AddSingleton<ApiServer>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ApiServer>());
        return services;
    }

    /// <summary>The hosts as they can be put into DOCKER_HOST, with real ports; empty before the start.</summary>
    public static IReadOnlyList<string> GetEngineApiAddresses(this IServiceProvider services) => services.GetRequiredService<ApiServer>().Addresses;
}
