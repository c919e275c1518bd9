using Dashboard.Client.Connections;
using Dashboard.Client.Resources;
using Dashboard.Engine.Api;
using Dashboard.Server.Configuration;

namespace Dashboard.Server.Hosting;

/// <summary>The endpoints that the web app offers: the bundled engine, by its socket like any other.</summary>
internal sealed class BundledEndpoints(DashboardOptions options, IServiceProvider services) : IDockerEndpoints
{
    private DockerEndpoint? bundled;

    public string? WhyNone => options.Engine switch
    {
        _ when options.RunsEngine => null,
        false => Localizer.Text["The bundled engine is switched off (--engine off)."].Value,
        true => Localizer.Text["The bundled engine needs root: namespaces, cgroups and mounts. Start Dashboard with sudo."].Value,
    };

    public IReadOnlyList<DockerEndpoint> List()
    {
        if (!options.RunsEngine)
            return [];
        // Known only after the start, when a port of 0 has become a real one.
        bundled ??= new DockerEndpoint("local", Environment.MachineName, new Uri(services.GetEngineApiAddresses()[0]));
        return [bundled];
    }
}
