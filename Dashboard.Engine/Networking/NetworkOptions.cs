using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Networking;

/// <summary>The <c>com.docker.network.*</c> options of a bridge. Others are kept and shown, as dockerd does; those that it knows and we do not are refused.</summary>
internal sealed record NetworkOptions
{
    private const string Prefix = "com.docker.network.";

    public string? BridgeName { get; private init; }
    public bool Masquerade { get; private init; } = true;
    /// <summary>Containers of the network reach each other.</summary>
    public bool Icc { get; private init; } = true;
    /// <summary>Where ports are published that name no address; null is everywhere.</summary>
    public IPAddress? HostBinding { get; private init; }
    /// <summary>Bytes; null takes the uplink's.</summary>
    public int? Mtu { get; private init; }
    /// <summary>Of the interfaces inside containers.</summary>
    public string InterfacePrefix { get; private init; } = "eth";

    public static NetworkOptions Parse(IReadOnlyDictionary<string, string> options)
    {
        var parsed = new NetworkOptions();
        foreach (var (key, value) in options)
        {
            parsed = key switch
            {
                Prefix + "bridge.name" => parsed with { BridgeName = InterfaceName(value) },
                Prefix + "bridge.enable_ip_masquerade" => parsed with { Masquerade = Boolean(key, value) },
                Prefix + "bridge.enable_icc" => parsed with { Icc = Boolean(key, value) },
                Prefix + "bridge.host_binding_ipv4" => parsed with { HostBinding = Address(key, value) },
                Prefix + "driver.mtu" => parsed with { Mtu = Number(key, value) },
                Prefix + "container_iface_prefix" or Prefix + "container_interface_prefix" => parsed with { InterfacePrefix = InterfacePart(key, value) },
                // What docker network inspect bridge shows, and Compose files repeat.
                Prefix + "bridge.default_bridge" when !Boolean(key, value) => parsed,
                _ when key.StartsWith(Prefix, StringComparison.Ordinal) => throw EngineException.NotImplemented($"the network option {key}"),
                _ => parsed,
            };
        }
        return parsed;
    }

    private static string InterfaceName(string value) => value.Length is > 0 and < 16 && value is not ("." or "..") && value.All(letter => letter is > ' ' and < (char)127 and not ('/' or ':'))
        ? value
        : throw EngineException.Invalid($"invalid bridge name {value}: an interface has 1 to 15 bytes, no blank, colon or slash");

    private static string InterfacePart(string key, string value) => value.Length is > 0 and < 13 && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
        ? value
        : throw Wrong(key, value, "not the beginning of an interface name");

    private static int Number(string key, string value)
    {
        if (!int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            throw Wrong(key, value, $"strconv.Atoi: parsing \"{value}\": invalid syntax");
        return number is 0 or (>= 68 and <= 65535) ? number : throw Wrong(key, value, "an MTU is between 68 and 65535 bytes");
    }

    private static bool Boolean(string key, string value) => value switch
    {
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        _ => throw Wrong(key, value, $"strconv.ParseBool: parsing \"{value}\": invalid syntax"),
    };

    private static IPAddress Address(string key, string value) =>
        value.Count(letter => letter == '.') == 3 && IPAddress.TryParse(value, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? address
            : throw Wrong(key, value, "nil ip");

    private static EngineException Wrong(string key, string value, string reason) => EngineException.Invalid($"failed to parse {key} value: {value} ({reason})");
}
