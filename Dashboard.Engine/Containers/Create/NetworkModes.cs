using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Create;

/// <summary><c>HostConfig.NetworkMode</c>: a predefined network, <c>container:x</c>, or the name or id of a network.</summary>
internal static class NetworkModes
{
    public const string None = "none";
    public const string Host = "host";
    public const string Bridge = "bridge";
    private const string Container = "container:";

    /// <summary>The empty mode and <c>default</c> are the bridge.</summary>
    public static string Normalize(string mode) => mode is "" or "default" ? Bridge : mode;

    public static bool IsUserDefined(string mode) => Normalize(mode) is not (None or Host or Bridge) && SharedWith(mode) is null;

    /// <summary>The container whose network is used; null when it is no such mode.</summary>
    public static string? SharedWith(string mode) => mode.StartsWith(Container, StringComparison.Ordinal) ? mode[Container.Length..] : null;

    public static string Sharing(string containerId) => Container + containerId;

    /// <summary>What does not go together, in dockerd's words.</summary>
    public static void Check(ContainerConfig config, HostConfig host)
    {
        var shared = SharedWith(host.NetworkMode);
        if (shared is "")
            throw EngineException.Invalid("Invalid network mode: invalid container format container:<name|id>");
        if (host.NetworkMode is Host || shared is not null)
            Refuse(!string.IsNullOrEmpty(config.MacAddress), "mac-address and the network mode");
        Refuse(host.NetworkMode is Host && host.Links is { Count: > 0 }, "host type networking can't be used with links. This would result in undefined behavior");
        if (shared is null)
            return;
        Refuse(config.Hostname is not "", "hostname and the network mode");
        Refuse(host.Links is { Count: > 0 }, "container type network can't be used with links. This would result in undefined behavior");
        Refuse(host.Dns is { Count: > 0 }, "dns and the network mode");
        Refuse(host.ExtraHosts is { Count: > 0 }, "custom host-to-IP mapping and the network mode");
        Refuse(host.PublishAllPorts || host.PortBindings is { Count: > 0 }, "port publishing and the container type network mode");
        Refuse(config.ExposedPorts is { Count: > 0 }, "port exposing and the container type network mode");
    }

    private static void Refuse(bool conflict, string what)
    {
        if (conflict)
            throw EngineException.Invalid("conflicting options: " + what);
    }
}
