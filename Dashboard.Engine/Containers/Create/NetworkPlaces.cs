using Dashboard.Engine.Errors;
using Dashboard.Engine.Networking;

namespace Dashboard.Engine.Containers.Create;

/// <summary>The places on networks that a new container begins with: those of the request, and that of its mode.</summary>
internal static class NetworkPlaces
{
    /// <exception cref="EngineException">In dockerd's words. A network that is not there is missed at the start only.</exception>
    public static IReadOnlyDictionary<string, NetworkPlace> Of(ContainerConfig config, HostConfig host, IReadOnlyDictionary<string, EndpointConfig> asked, INetworkService networks)
    {
        var mode = NetworkModes.Normalize(host.NetworkMode);
        var shared = NetworkModes.SharedWith(mode) is not null;
        if ((shared || mode is NetworkModes.Host) && asked.Values.Any(endpoint => endpoint.MacAddress is not ""))
            throw EngineException.Invalid("conflicting options: mac-address and the network mode");
        if (shared)
            return new Dictionary<string, NetworkPlace>();
        var places = new Dictionary<string, NetworkPlace>();
        foreach (var (name, endpoint) in asked)
        {
            EndpointRules.CheckForm(endpoint);
            places[NameOf(NetworkModes.Normalize(name), networks)] = new NetworkPlace { Config = endpoint };
        }
        var own = NameOf(mode, networks);
        if (!places.ContainsKey(own))
            places[own] = new NetworkPlace();
        if (!string.IsNullOrEmpty(config.MacAddress) && places[own].Config.MacAddress is "")
        {
            if (!EndpointRules.IsMac(config.MacAddress))
                throw EngineException.Invalid($"invalid MAC address: {config.MacAddress}");
            places[own] = new NetworkPlace { Config = places[own].Config with { MacAddress = config.MacAddress } };
        }
        CheckTogether([.. places.Keys]);
        return places;
    }

    /// <summary>Which networks one container can have at once.</summary>
    public static void CheckTogether(IReadOnlyCollection<string> names)
    {
        if (names.Count < 2)
            return;
        if (names.Contains(NetworkModes.Host))
            throw EngineException.Invalid("container sharing network namespace with another container or host cannot be connected to any other network");
        if (names.Contains(NetworkModes.None))
            throw EngineException.Invalid("container cannot be connected to multiple networks with one of the networks in private (none) mode");
    }

    private static string NameOf(string reference, INetworkService networks) => networks.Find(reference)?.Name ?? reference;
}
