using Microsoft.Extensions.DependencyInjection;

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
        return services;
    }
}
