using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Errors;
using Dashboard.Engine.Networking;

namespace Dashboard.Engine.Api.Views;

/// <summary>What requests say of places on networks, as the engine knows it.</summary>
internal static class EndpointReader
{
    private static readonly ApiVersion s_several = new(1, 44);

    public static IReadOnlyDictionary<string, EndpointConfig> Of(NetworkingConfig config, ApiVersion version)
    {
        var asked = config.EndpointsConfig ?? new Dictionary<string, EndpointSettings?>();
        if (asked.Count > 1 && version < s_several)
            throw EngineException.Invalid($"Container cannot be connected to network endpoints: {string.Join(", ", asked.Keys)}");
        return asked.ToDictionary(endpoint => endpoint.Key, endpoint => Of(endpoint.Value));
    }

    public static EndpointConfig Of(EndpointSettings? settings) => settings is null ? new EndpointConfig() : new EndpointConfig
    {
        Ipam = settings.IPAMConfig is { } ipam
            ? new EndpointIpam { IPv4Address = ipam.IPv4Address ?? "", IPv6Address = ipam.IPv6Address ?? "", LinkLocalIPs = ipam.LinkLocalIPs }
            : null,
        Links = settings.Links,
        Aliases = settings.Aliases,
        MacAddress = settings.MacAddress,
        DriverOpts = settings.DriverOpts,
        GwPriority = settings.GwPriority,
    };
}
