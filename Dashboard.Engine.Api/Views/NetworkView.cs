using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dashboard.Engine.Api.Routing;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Networking;

namespace Dashboard.Engine.Api.Views;

/// <summary>Networks, and containers' places on them.</summary>
internal sealed class NetworkView(INetworkService networks, IContainerService containers)
{
    private const string SharedMode = "container:";
    private static readonly ApiVersion s_dnsNames = new(1, 45);

    /// <summary>The id of the container whose network it uses; null when its own.</summary>
    public static string? SharedWith(Container container) =>
        container.HostConfig.NetworkMode.StartsWith(SharedMode, StringComparison.Ordinal) ? container.HostConfig.NetworkMode[SharedMode.Length..] : null;

    public IReadOnlyDictionary<string, EndpointSettings> Endpoints(Container container, ApiVersion version) =>
        container.Networks.ToDictionary(place => place.Key, place => Endpoint(container, place.Key, place.Value, version));

    /// <summary>A list shows where a container is, and not what it is called there.</summary>
    public IReadOnlyDictionary<string, EndpointSettings> Listed(Container container, ApiVersion version) =>
        Endpoints(container, version).ToDictionary(each => each.Key, each => each.Value with { Links = null, Aliases = null, DriverOpts = null, DNSNames = null });

    public NetworkSettings Settings(Container container, ApiVersion version)
    {
        var running = container.State.IsRunning && SharedWith(container) is null;
        var endpoints = Endpoints(container, version);
        var onBridge = endpoints.GetValueOrDefault("bridge") ?? new EndpointSettings();
        return new NetworkSettings
        {
            SandboxID = running ? container.Id : "",
            SandboxKey = running ? string.Create(CultureInfo.InvariantCulture, $"/proc/{container.State.Pid}/ns/net") : "",
            Ports = PortSummaries.Map(container),
            EndpointID = onBridge.EndpointID,
            Gateway = onBridge.Gateway,
            IPAddress = onBridge.IPAddress,
            IPPrefixLen = onBridge.IPPrefixLen,
            MacAddress = onBridge.MacAddress,
            Networks = endpoints,
        };
    }

    /// <param name="withContainers">Only inspect lists the containers.</param>
    public NetworkDetails Details(Network network, bool withContainers) => new()
    {
        Name = network.Name,
        Id = network.Id,
        Created = GoTime.Format(network.Created),
        Driver = network.Driver,
        EnableIPv6 = network.EnableIPv6,
        IPAM = new Ipam { Driver = "default", Options = network.IpamOptions, Config = network.IsBridge ? [.. network.Pools.Select(Pool)] : [] },
        Internal = network.Internal,
        Attachable = network.Attachable,
        Containers = withContainers ? Members(network) : new Dictionary<string, NetworkContainer>(),
        Options = network.IsDefaultBridge ? BridgeOptions(network) : network.Options,
        Labels = network.Labels,
    };

    private static IpamConfig Pool(AddressRange range) => new()
    {
        Subnet = range.Subnet.ToString(),
        IPRange = range.IPRange?.ToString() ?? "",
        Gateway = range.ShowsGateway ? range.Gateway.ToString() : "",
        AuxiliaryAddresses = range.AuxiliaryAddresses,
    };

    private EndpointSettings Endpoint(Container container, string name, NetworkPlace place, ApiVersion version)
    {
        var network = networks.Find(name);
        var names = network is null || network.IsPredefined ? null : Names(container, place);
        var config = place.Config;
        var settings = new EndpointSettings
        {
            IPAMConfig = config.Ipam is { } ipam ? new EndpointIpamConfig { IPv4Address = ipam.IPv4Address, IPv6Address = ipam.IPv6Address, LinkLocalIPs = ipam.LinkLocalIPs } : null,
            Links = config.Links,
            // Until API 1.45 the names that the engine adds were among the aliases.
            Aliases = version < s_dnsNames && names is not null && container.State.StartedAt is not null ? OlderAliases(container, place) : config.Aliases,
            DNSNames = names,
            DriverOpts = config.DriverOpts,
            GwPriority = config.GwPriority,
        };
        // The network stays known after the end.
        if (container.State.StartedAt is null && !container.State.IsRunning) return settings;
        settings = settings with { NetworkID = network?.Id ?? "" };
        if (!container.State.IsRunning) return settings;
        return place.Lease is not { } lease ? settings with { EndpointID = WithoutLease(container, settings.NetworkID) } : settings with
        {
            EndpointID = lease.EndpointId,
            Gateway = lease.Gateway.ToString(),
            IPAddress = lease.Address.ToString(),
            IPPrefixLen = lease.PrefixLength,
            IPv6Gateway = lease.Gateway6?.ToString() ?? "",
            GlobalIPv6Address = lease.Address6?.ToString() ?? "",
            GlobalIPv6PrefixLen = lease.PrefixLength6,
            MacAddress = lease.MacAddress,
        };
    }

    private static List<string>? OlderAliases(Container container, NetworkPlace place)
    {
        var aliases = ((IEnumerable<string>)[.. place.Config.Aliases ?? [], container.Id[..12], container.Config.Hostname]).Where(name => name.Length > 0).Distinct().ToList();
        return aliases.Count == 0 ? null : aliases;
    }

    /// <summary>On host and none there is no interface; Docker gives the place an id all the same, and it is the same as long as the container runs.</summary>
    private static string WithoutLease(Container container, string network) =>
        network.Length == 0 ? "" : Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"{container.Id}/{network}/{container.State.StartedAt?.UtcTicks}")));

    /// <summary>The container's name, its aliases, its short id and its hostname.</summary>
    private static List<string> Names(Container container, NetworkPlace place) =>
        [.. ((IEnumerable<string>)[container.Name, .. place.Config.Aliases ?? [], container.Id[..12], container.Config.Hostname]).Where(name => name.Length > 0).Distinct()];

    private Dictionary<string, NetworkContainer> Members(Network network) => containers.List()
        .Where(container => container.State.IsRunning && container.Networks.ContainsKey(network.Name))
        .ToDictionary(container => container.Id, container => container.Networks[network.Name].Lease is { } lease
            ? new NetworkContainer(container.Name, lease.EndpointId, lease.MacAddress, Cidr(lease.Address, lease.PrefixLength), Cidr(lease.Address6, lease.PrefixLength6))
            : new NetworkContainer(container.Name, WithoutLease(container, network.Id), "", "", ""));

    private static string Cidr(IPAddress? address, int prefix) => address is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{address}/{prefix}");

    private static Dictionary<string, string> BridgeOptions(Network network) => new()
    {
        ["com.docker.network.bridge.default_bridge"] = "true",
        ["com.docker.network.bridge.enable_icc"] = "true",
        ["com.docker.network.bridge.enable_ip_masquerade"] = "true",
        ["com.docker.network.bridge.host_binding_ipv4"] = "0.0.0.0",
        ["com.docker.network.bridge.name"] = network.Bridge,
        ["com.docker.network.driver.mtu"] = network.Mtu.ToString(CultureInfo.InvariantCulture),
    };
}
