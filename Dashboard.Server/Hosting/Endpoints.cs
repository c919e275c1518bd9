using Dashboard.Client.Connections;
using Dashboard.Client.Resources;
using Dashboard.Engine;
using Dashboard.Engine.Api;
using Dashboard.Server.Configuration;

namespace Dashboard.Server.Hosting;

/// <summary>What the web app can work with: the bundled engine, by its socket like any other, then those named by --connect, then the engines found on this host.</summary>
internal sealed class Endpoints(DashboardOptions options, EngineSockets sockets, IServiceProvider services) : IDockerEndpoints
{
    private DockerEndpoint? bundled;

    public string? WhyNone => List().Count > 0 ? null : Why();

    public IReadOnlyList<DockerEndpoint> List()
    {
        var found = sockets.Found();
        if (!options.RunsEngine)
            return found;
        // Known only after the start, when a port of 0 has become a real one.
        bundled ??= new DockerEndpoint("local", Environment.MachineName, new Uri(services.GetEngineApiAddresses()[0]));
        return [bundled, .. found.Where(each => each.Address != bundled.Address)];
    }

    /// <summary>Why the bundled engine does not run; null when it does.</summary>
    public string? WhyNotBundled => options.Engine switch
    {
        _ when options.RunsEngine => null,
        false => Localizer.Text["The bundled engine is switched off (--engine off)."].Value,
        true when EnginePrivileges.IsRoot => Localizer.Text["The bundled engine needs {0}, which this container does not have. Start it with docker run --privileged.", string.Join(", ", EnginePrivileges.Missing)].Value,
        true => Localizer.Text["The bundled engine needs root: namespaces, cgroups and mounts. Start Dashboard with sudo."].Value,
    };

    private string Why()
    {
        var closed = sockets.Closed();
        var way = closed.Count > 0
            ? Localizer.Text["{0} is there, but this user may not open it: join the group that owns it.", closed[0]].Value
            : Localizer.Text["No other engine was found on this host. Start one, or name its address with --connect."].Value;
        return $"{WhyNotBundled} {way}";
    }
}
