using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Engine.Errors;
using Dashboard.Oci.RuntimeSpec;

namespace Dashboard.Engine.Containers.Spec;

/// <summary>The device cgroup's rules of a container, and the nodes beyond the standard ones.</summary>
internal static partial class DeviceAccess
{
    private static readonly IReadOnlyList<DeviceRule> Everything = [new DeviceRule { Allow = true, Access = "rwm" }];

    // Making any node is harmless, opening it is not.
    private static readonly IReadOnlyList<DeviceRule> Default =
    [
        new() { Allow = false, Access = "rwm" },
        new() { Allow = true, Type = "c", Access = "m" },
        new() { Allow = true, Type = "b", Access = "m" },
        Character(1, 3), Character(1, 5), Character(1, 7), Character(1, 8), Character(1, 9), // null, zero, full, random, urandom
        Character(5, 0), Character(5, 1), Character(5, 2), // tty, console, ptmx
        new() { Allow = true, Type = "c", Major = 136, Access = "rwm" }, // pts
    ];

    public static (IReadOnlyList<DeviceNode> Nodes, IReadOnlyList<DeviceRule> Rules) Of(HostConfig host)
    {
        if (host.Privileged)
            return (HostDevices.All(), Everything);
        var nodes = new List<DeviceNode>();
        var rules = new List<DeviceRule>(Default);
        foreach (var mapping in host.Devices ?? [])
        {
            foreach (var node in HostDevices.Of(mapping))
            {
                nodes.Add(node);
                rules.Add(new DeviceRule { Allow = true, Type = node.Type, Major = node.Major, Minor = node.Minor, Access = mapping.CgroupPermissions is "" ? "rwm" : mapping.CgroupPermissions });
            }
        }
        rules.AddRange((host.DeviceCgroupRules ?? []).Select(ParseRule));
        return (nodes, rules);
    }

    // c 42:* rwm
    public static DeviceRule ParseRule(string text)
    {
        var match = Rule().Match(text);
        if (!match.Success)
            throw EngineException.Invalid($"invalid device cgroup rule format: '{text}'");
        return new DeviceRule
        {
            Allow = true,
            Type = match.Groups[1].Value,
            Major = Number(match.Groups[2].Value),
            Minor = Number(match.Groups[3].Value),
            Access = match.Groups[4].Value,
        };
    }

    private static long? Number(string text) => text is "*" ? null : long.Parse(text, CultureInfo.InvariantCulture);

    private static DeviceRule Character(long major, long minor) => new() { Allow = true, Type = "c", Major = major, Minor = minor, Access = "rwm" };

    [GeneratedRegex(@"\A([acb]) ([0-9]{1,9}|\*):([0-9]{1,9}|\*) ([rwm]{1,3})\z")]
    private static partial Regex Rule();
}
