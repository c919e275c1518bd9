using System.Globalization;
using System.Text.RegularExpressions;
using Dashboard.Engine.Containers.Create;
using Dashboard.Engine.Containers.State;
using Dashboard.Engine.Errors;

namespace Dashboard.Engine.Containers.Links;

/// <summary>
/// The legacy links of the default bridge (<c>--link db:alias</c>): names in /etc/hosts and variables that describe the other
/// container. On a user-defined network a link is a name of the resolver's, and nothing of this is made.
/// </summary>
internal sealed partial class ContainerLinks(ContainerRegistry registry)
{
    private static readonly HashSet<string> NotTold = ["HOME", "PATH"];

    /// <summary>As they are kept: <c>/db:/web/alias</c>.</summary>
    /// <exception cref="EngineException">The other is not there, in dockerd's words.</exception>
    public IReadOnlyList<string>? Resolve(IReadOnlyList<string>? links, string name)
    {
        if (links is not { Count: > 0 })
            return links;
        return [.. links.Select(link =>
        {
            var (target, alias) = Parse(link);
            var found = registry.Find(target) ?? throw EngineException.Invalid($"could not get container for {target}: No such container: {target}");
            return $"/{found.Value.Name}:/{name}/{alias}";
        })];
    }

    /// <summary>Lines of /etc/hosts: address, then all names.</summary>
    public IEnumerable<(string Address, string Names)> Hosts(Container container) =>
        from link in Of(container)
        select (Address(link.Target), Names(link.Target, link.Alias));

    /// <summary>What dockerd told linked containers of each other before there were networks.</summary>
    public IReadOnlyList<string> Environment(Container container) =>
        [.. Of(container).SelectMany(link => Variables(container, link.Target, link.Alias))];

    /// <exception cref="EngineException">The other does not run.</exception>
    public void Check(Container container)
    {
        foreach (var link in container.HostConfig.Links ?? [])
        {
            var (target, alias) = Split(link);
            if (registry.Find(target) is not { Value.State.IsRunning: true })
                throw EngineException.Conflict($"Cannot link to a non running container: /{target} AS /{container.Name}/{alias}");
        }
    }

    /// <summary>The containers that this one links to, running or not, on whatever network.</summary>
    public IEnumerable<string> TargetIdsOf(Container container) =>
        (container.HostConfig.Links ?? []).Select(link => registry.Find(Split(link).Target)?.Id).OfType<string>();

    /// <summary>Running containers with a link to this one.</summary>
    public IEnumerable<Container> Linking(Container target) =>
        from entry in registry.Entries
        let container = entry.Value
        where container.State.IsRunning && Of(container).Any(link => link.Target.Id == target.Id)
        select container;

    private static (string Target, string Alias) Parse(string link)
    {
        var parts = link.Split(':');
        if (parts.Length > 2 || parts.Any(part => part is ""))
            throw EngineException.Invalid($"bad format for links: {link}");
        // Kept once, it comes back in this form: /db:/web/alias.
        return (parts[0].TrimStart('/'), parts[^1].TrimStart('/').Split('/')[^1]);
    }

    private static (string Target, string Alias) Split(string kept)
    {
        var parts = kept.Split(':', 2);
        return (parts[0].TrimStart('/'), parts[^1].Split('/')[^1]);
    }

    private IEnumerable<(Container Target, string Alias)> Of(Container container)
    {
        if (container.HostConfig.NetworkMode is not NetworkModes.Bridge)
            yield break;
        foreach (var link in container.HostConfig.Links ?? [])
        {
            var (name, alias) = Split(link);
            if (registry.Find(name) is { } found && Address(found.Value) is not "")
                yield return (found.Value, alias);
        }
    }

    private static string Address(Container target) => target.Networks.GetValueOrDefault(NetworkModes.Bridge)?.Lease?.Address.ToString() ?? "";

    private static string Names(Container target, string alias) =>
        alias == target.Name ? $"{alias} {target.Config.Hostname}" : $"{alias} {target.Config.Hostname} {target.Name}";

    private static IEnumerable<string> Variables(Container container, Container target, string alias)
    {
        var prefix = NotOfAName().Replace(alias.ToUpperInvariant(), "_");
        var address = Address(target);
        var ports = Ports(target);
        if (ports.Count > 0)
            yield return $"{prefix}_PORT={ports[0].Protocol}://{address}:{ports[0].Port}";
        foreach (var (port, protocol) in ports)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}_PORT_{port}_{protocol.ToUpperInvariant()}");
            yield return $"{name}={protocol}://{address}:{port}";
            yield return $"{name}_ADDR={address}";
            yield return $"{name}_PORT={port}";
            yield return $"{name}_PROTO={protocol}";
        }
        yield return $"{prefix}_NAME=/{container.Name}/{alias}";
        foreach (var variable in target.Config.Env ?? [])
        {
            if (variable.Contains('=') && !NotTold.Contains(variable.Split('=', 2)[0]))
                yield return $"{prefix}_ENV_{variable}";
        }
    }

    private static List<(int Port, string Protocol)> Ports(Container target) =>
    [
        .. (target.Config.ExposedPorts?.Keys ?? []).Concat(target.HostConfig.PortBindings?.Keys ?? [])
            .Select(port => PublishedPorts.ParseContainerPort(port, exposedOnly: true))
            .Distinct()
            .Order(),
    ];

    [GeneratedRegex("[^A-Z0-9_]")]
    private static partial Regex NotOfAName();
}
