using System.Globalization;
using Dashboard.Engine.Api.Text;
using Dashboard.Engine.Api.Wire;
using Dashboard.Engine.Containers;
using Dashboard.Engine.Networking;

namespace Dashboard.Engine.Api.Views;

/// <summary>Networks, and containers' places on them.</summary>
internal sealed class NetworkView(INetworkService networks, IContainerService containers)
{
    /// <summary>The name of the one network; null when the container shares another's namespace.</summary>
    public static string? NameOf(Container container) => container.HostConfig.NetworkMode switch
    {
        "" or "default" => "bridge",
        var mode when mode.StartsWith("container:", StringComparison.Ordinal) => null,
        var mode => mode,
    };

    public IReadOnlyDictionary<string, EndpointSettings> Endpoints(Container container) =>
        NameOf(container) is { } name ? new Dictionary<string, EndpointSettings> { [name] = Endpoint(container, name) } : [];

    public NetworkSettings Settings(Container container)
    {
        var running = container.State.IsRunning;
        var endpoints = Endpoints(container);
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
        IPAM = new Ipam("default", null, network.Subnet is { } subnet ? [new IpamConfig(subnet.ToString(), network.Gateway?.ToString())] : null),
        Containers = withContainers ? Members(network) : new Dictionary<string, NetworkContainer>(),
        Options = network.Name == "bridge" ? BridgeOptions(network) : new Dictionary<string, string>(),
        Labels = new Dictionary<string, string>(),
    };

    private EndpointSettings Endpoint(Container container, string name)
    {
        if (!container.State.IsRunning) return new EndpointSettings();
        var networkId = networks.Networks.FirstOrDefault(network => network.Name == name)?.Id ?? "";
        if (container.Endpoint is not { } lease) return new EndpointSettings { NetworkID = networkId };
        return new EndpointSettings
        {
            NetworkID = lease.NetworkId,
            EndpointID = lease.EndpointId,
            Gateway = lease.Gateway.ToString(),
            IPAddress = lease.Address.ToString(),
            IPPrefixLen = lease.PrefixLength,
            MacAddress = lease.MacAddress,
        };
    }

    private Dictionary<string, NetworkContainer> Members(Network network) => containers.List()
        .Where(container => container.State.IsRunning && NameOf(container) == network.Name)
        .ToDictionary(container => container.Id, container => container.Endpoint is { } lease
            ? new NetworkContainer(container.Name, lease.EndpointId, lease.MacAddress, $"{lease.Address}/{lease.PrefixLength}", "")
            : new NetworkContainer(container.Name, "", "", "", ""));

    private static Dictionary<string, string> BridgeOptions(Network network) => new()
    {
        ["com.docker.network.bridge.default_bridge"] = "true",
        ["com.docker.network.bridge.enable_icc"] = "true",
        ["com.docker.network.bridge.enable_ip_masquerade"] = "true",
        ["com.docker.network.bridge.host_binding_ipv4"] = "0.0.0.0",
        ["com.docker.network.driver.mtu"] = network.Mtu.ToString(CultureInfo.InvariantCulture),
    };
}
